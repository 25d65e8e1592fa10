package sim
import ("testing";"os";"strconv";"sort";"time")
func TestMany(t *testing.T){
 n,_:=strconv.Atoi(os.Getenv("MANY")); if n==0 {t.Skip()}
 bad:=map[string][]string{}
 var conv []time.Duration; acked,failed:=0,0
 for s:=uint64(1000);s<uint64(1000+n);s++{ 
  func(){ defer func(){ if x:=recover();x!=nil{ t.Logf("seed %d",s); panic(x)}}()
  r:=RandomRun(s,RandomOptions{Judge:newJudge}); if !r.OK(){bad[r.Violation]=append(bad[r.Violation],r.Replay()+" "+r.Swarm.String())} else {conv=append(conv,r.Converged)}; acked+=r.Acked;failed+=r.Failed}() }
 sort.Slice(conv,func(i,j int)bool{return conv[i]<conv[j]})
 t.Log(conv[len(conv)/2],conv[len(conv)*99/100],conv[len(conv)-1],acked,failed)
 for k,v:=range bad{ t.Log(k,len(v)); for i,x:=range v{ if i<8{t.Log(x)}}}
}
