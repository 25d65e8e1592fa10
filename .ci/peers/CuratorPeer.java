import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.PathChildrenCache;
import org.apache.curator.framework.recipes.cache.PathChildrenCache.StartMode;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;

/** Uses a ZooKeeper server through Curator's recipes: java CuratorPeer.java HOST:PORT */
@SuppressWarnings("deprecation") // PathChildrenCache is what many programs have
public class CuratorPeer {
	static final int PATIENCE = 10; // seconds
	static int calls;

	static void is(Object want, Object got, String what) {
		calls++;
		if (!want.equals(got)) {
			throw new AssertionError(what + ": got " + got + ", want " + want);
		}
	}

	static CuratorFramework client(String address) throws Exception {
		CuratorFramework c = CuratorFrameworkFactory.newClient(address, 10_000, 10_000,
			new RetryOneTime(100));
		c.start();
		is(true, c.blockUntilConnected(PATIENCE, TimeUnit.SECONDS), "connected");
		return c;
	}

	static void mutex(CuratorFramework p, CuratorFramework q) throws Exception {
		InterProcessMutex mine = new InterProcessMutex(p, "/cu/lock");
		InterProcessMutex theirs = new InterProcessMutex(q, "/cu/lock");
		is(true, mine.acquire(PATIENCE, TimeUnit.SECONDS), "a free lock");
		is(true, mine.acquire(PATIENCE, TimeUnit.SECONDS), "my own lock");
		is(false, theirs.acquire(200, TimeUnit.MILLISECONDS), "a lock that is taken");
		is(1, mine.getParticipantNodes().size(), "who gave up is gone");
		BlockingQueue<Boolean> got = new LinkedBlockingQueue<>();
		Thread waiter = new Thread(() -> {
			try {
				got.add(theirs.acquire(PATIENCE, TimeUnit.SECONDS));
				theirs.release();
			} catch (Exception e) {
				got.add(false);
			}
		});
		waiter.start();
		while (mine.getParticipantNodes().size() < 2) {
			Thread.sleep(1);
		}
		mine.release();
		is(0, got.size(), "acquired twice, released once");
		mine.release();
		is(true, got.poll(PATIENCE, TimeUnit.SECONDS), "the next in line");
		waiter.join();
	}

	static void latch(CuratorFramework p, CuratorFramework q) throws Exception {
		LeaderLatch first = new LeaderLatch(p, "/cu/latch", "p");
		first.start();
		is(true, first.await(PATIENCE, TimeUnit.SECONDS), "the only one leads");
		LeaderLatch second = new LeaderLatch(q, "/cu/latch", "q");
		second.start();
		while (second.getParticipants().size() < 2) {
			Thread.sleep(1);
		}
		is(false, second.hasLeadership(), "one leads");
		is("p", second.getLeader().getId(), "the leader's name");
		first.close();
		is(true, second.await(PATIENCE, TimeUnit.SECONDS), "leadership goes on");
		is("q", second.getLeader().getId(), "the new leader's name");
		second.close();
	}

	static void children(CuratorFramework p, CuratorFramework q) throws Exception {
		p.create().creatingParentsIfNeeded().forPath("/cu/kids/old", "0".getBytes());
		PathChildrenCache cache = new PathChildrenCache(q, "/cu/kids", true);
		BlockingQueue<String> seen = new LinkedBlockingQueue<>();
		cache.getListenable().addListener((c, e) -> seen.add(e.getType() + " "
			+ e.getData().getPath() + " " + new String(e.getData().getData())));
		cache.start(StartMode.BUILD_INITIAL_CACHE);
		is("0", new String(cache.getCurrentData("/cu/kids/old").getData()), "what is there");
		p.create().forPath("/cu/kids/new", "1".getBytes());
		is("CHILD_ADDED /cu/kids/new 1", seen.poll(PATIENCE, TimeUnit.SECONDS), "event");
		p.setData().forPath("/cu/kids/new", "2".getBytes());
		is("CHILD_UPDATED /cu/kids/new 2", seen.poll(PATIENCE, TimeUnit.SECONDS), "event");
		p.delete().forPath("/cu/kids/old");
		is("CHILD_REMOVED /cu/kids/old 0", seen.poll(PATIENCE, TimeUnit.SECONDS), "event");
		is(1, cache.getCurrentData().size(), "what is left");
		cache.close();
	}

	/** A CuratorCache stands on a persistent recursive watch. */
	static void tree(CuratorFramework p, CuratorFramework q) throws Exception {
		CuratorCache cache = CuratorCache.build(q, "/cu/kids");
		BlockingQueue<String> seen = new LinkedBlockingQueue<>();
		cache.listenable().addListener((type, before, after) -> seen.add(type + " "
			+ (after == null ? before : after).getPath()));
		cache.start();
		is("NODE_CREATED /cu/kids", seen.poll(PATIENCE, TimeUnit.SECONDS), "event");
		is("NODE_CREATED /cu/kids/new", seen.poll(PATIENCE, TimeUnit.SECONDS), "event");
		p.create().forPath("/cu/kids/new/deep", null);
		is("NODE_CREATED /cu/kids/new/deep", seen.poll(PATIENCE, TimeUnit.SECONDS), "event");
		p.transaction().forOperations(List.of(
			p.transactionOp().delete().forPath("/cu/kids/new/deep"),
			p.transactionOp().setData().forPath("/cu/kids/new", "3".getBytes())));
		is("NODE_DELETED /cu/kids/new/deep", seen.poll(PATIENCE, TimeUnit.SECONDS), "event");
		is("NODE_CHANGED /cu/kids/new", seen.poll(PATIENCE, TimeUnit.SECONDS), "event");
		cache.close();
	}

	public static void main(String[] args) throws Exception {
		CuratorFramework p = client(args[0]), q = client(args[0]);
		mutex(p, q);
		latch(p, q);
		children(p, q);
		tree(p, q);
		p.delete().deletingChildrenIfNeeded().forPath("/cu");
		q.close();
		p.close();
		System.out.println("Curator: " + calls + " checks as expected");
	}
}
