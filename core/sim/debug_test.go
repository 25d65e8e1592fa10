package sim
import ("testing";"fmt";"os";"strconv";"github.com/zabscope/zabscope/core/trace")
func TestDebug(t *testing.T){
 seed,_:=strconv.ParseUint(os.Getenv("SEED"),10,64)
 if seed==0 {t.Skip()}
 var lines []string
 r:=RandomRun(seed,RandomOptions{Judge:newJudge,Sink:func(e *trace.Event){
   det:=""
   if e.Msg!=nil { e.Msg.Fields(func(n,v string)bool{det+=n+"="+v+" ";return true}) }
   lines=append(lines,fmt.Sprintf("%9.3f %s %s cause=%s peer=%v other=%v type=%v why=%v role=%v phase=%v z=%v last=%v ep=%d N=%d set=%v sess=%x %q [%s]",float64(e.At)/1e9,e.Ref,e.Kind,e.Cause,e.Peer,e.Other,e.Type,e.Why,e.Role,e.Phase,e.Zxid.Short(),e.Last.Short(),e.Epoch,e.N,e.Set,uint64(e.Sess),e.Path,det))
 }})
 f,_:=os.Create("/tmp/s/trace.txt"); for _,l:=range lines{fmt.Fprintln(f,l)}; f.Close()
 fmt.Println(r.Replay(),r.Violation,r.Detail,r.Swarm,r.Voters,r.Observers,r.Acked,r.Failed,r.Converged)
}
