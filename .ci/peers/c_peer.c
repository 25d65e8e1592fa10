// Uses a ZooKeeper server through the C client's library, with what cli_mt has no command for:
// multi, lists of rights, watches that are removed. c_peer HOST:PORT
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zookeeper/zookeeper.h>

enum { PATIENCE = 10 }; // seconds

static int calls;

#define CALL(call, want) checked(#call, call, want)
#define TRUE(what) checked(#what, (what) ? ZOK : -1, ZOK)

static void checked(const char *what, int got, int want) {
	calls++;
	if (got != want) {
		fprintf(stderr, "%s: got %d (%s), want %d\n", what, got, zerror(got), want);
		exit(1);
	}
}

// seen holds the last event of each connection, which a test takes.
struct seen {
	pthread_mutex_t lock;
	pthread_cond_t more;
	int connected, type;
	char path[64];
};

static void note(zhandle_t *zh, int type, int state, const char *path, void *context) {
	struct seen *s = context ? context : (struct seen *)zoo_get_context(zh);
	pthread_mutex_lock(&s->lock);
	if (type == ZOO_SESSION_EVENT) {
		s->connected = state == ZOO_CONNECTED_STATE;
	} else {
		s->type = type;
		snprintf(s->path, sizeof s->path, "%s", path);
	}
	pthread_cond_broadcast(&s->more);
	pthread_mutex_unlock(&s->lock);
}

// event waits for an event, or for the session when type is 0.
static int event(struct seen *s, int type, const char *path) {
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE;
	int late = 0;
	pthread_mutex_lock(&s->lock);
	while (!late && !(type ? s->type : s->connected))
		late = pthread_cond_timedwait(&s->more, &s->lock, &until);
	int is = !late && (!type || (s->type == type && !strcmp(s->path, path)));
	s->type = 0;
	pthread_mutex_unlock(&s->lock);
	return is;
}

static zhandle_t *client(const char *address, struct seen *s) {
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->more, NULL);
	zhandle_t *zh = zookeeper_init(address, note, 10000, NULL, s, 0);
	TRUE(zh && event(s, 0, NULL));
	return zh;
}

static void done(int rc, const void *into) { *(int *)into = rc; }

static void znodes(zhandle_t *zh) {
	char path[64], data[16];
	int size = sizeof data;
	struct Stat stat;
	struct String_vector children;
	CALL(zoo_create(zh, "/cp", "v0", 2, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, path, 64), ZOK);
	CALL(zoo_create(zh, "/cp", "v0", 2, &ZOO_OPEN_ACL_UNSAFE, 0, path, 64), ZNODEEXISTS);
	CALL(zoo_set2(zh, "/cp", "v1", 2, 0, &stat), ZOK);
	TRUE(stat.version == 1);
	CALL(zoo_set(zh, "/cp", "v2", 2, 0), ZBADVERSION);
	CALL(zoo_get(zh, "/cp", 0, data, &size, &stat), ZOK);
	TRUE(size == 2 && !memcmp(data, "v1", 2));
	CALL(zoo_create2(zh, "/cp/n-", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT_SEQUENTIAL, path,
		64, &stat), ZOK);
	TRUE(!strcmp(path, "/cp/n-0000000000") && stat.dataLength == 0);
	CALL(zoo_get_children2(zh, "/cp", 0, &children, &stat), ZOK);
	TRUE(children.count == 1 && stat.numChildren == 1);
	deallocate_String_vector(&children);
	CALL(zoo_delete(zh, "/cp", -1), ZNOTEMPTY);
	CALL(zoo_delete(zh, "/cp/n-0000000000", 0), ZOK);
}

static void transactions(zhandle_t *zh) {
	zoo_op_t ops[5];
	zoo_op_result_t results[5];
	char made[64], below[64];
	struct Stat stat;
	zoo_create_op_init(&ops[0], "/cp/m", "1", 1, &ZOO_OPEN_ACL_UNSAFE, 0, made, 64);
	zoo_create_op_init(&ops[1], "/cp/m/n-", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_SEQUENCE, below, 64);
	zoo_set_op_init(&ops[2], "/cp/m", "2", 1, 0, &stat);
	zoo_check_op_init(&ops[3], "/cp/m", 1);
	zoo_delete_op_init(&ops[4], "/cp/m/n-0000000000", -1);
	CALL(zoo_multi(zh, 5, ops, results), ZOK);
	TRUE(!strcmp(below, "/cp/m/n-0000000000") && stat.version == 1);
	zoo_create_op_init(&ops[0], "/cp/never", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, made, 64);
	zoo_check_op_init(&ops[1], "/cp/m", 7);
	zoo_delete_op_init(&ops[2], "/cp/m", -1);
	CALL(zoo_multi(zh, 3, ops, results), ZBADVERSION);
	CALL(results[0].err, ZOK);
	CALL(results[1].err, ZBADVERSION);
	CALL(results[2].err, ZRUNTIMEINCONSISTENCY);
	CALL(zoo_exists(zh, "/cp/never", 0, NULL), ZNONODE);
}

static void watches(zhandle_t *zh, zhandle_t *other, struct seen *s) {
	struct Stat stat;
	struct String_vector children;
	char data[16];
	int size = sizeof data;
	CALL(zoo_wexists(other, "/cp/news", note, s, &stat), ZNONODE);
	CALL(zoo_create(zh, "/cp/news", "1", 1, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0), ZOK);
	TRUE(event(s, ZOO_CREATED_EVENT, "/cp/news"));
	CALL(zoo_wget(other, "/cp/news", note, s, data, &size, &stat), ZOK);
	CALL(zoo_set(zh, "/cp/news", "2", 1, -1), ZOK);
	TRUE(event(s, ZOO_CHANGED_EVENT, "/cp/news"));
	CALL(zoo_wget_children(other, "/cp/news", note, s, &children), ZOK);
	deallocate_String_vector(&children);
	CALL(zoo_create(zh, "/cp/news/k", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0), ZOK);
	TRUE(event(s, ZOO_CHILD_EVENT, "/cp/news"));
	CALL(zoo_wexists(other, "/cp/news", note, s, &stat), ZOK);
	CALL(zoo_remove_watches(other, "/cp/news", ZWATCHTYPE_DATA, note, s, 0), ZOK);
	CALL(zoo_remove_watches(other, "/cp/news", ZWATCHTYPE_DATA, note, s, 0), ZNOWATCHER);
}

static void permissions(zhandle_t *zh, zhandle_t *other) {
	struct ACL_vector acl;
	struct Stat stat;
	char data[16];
	int size = sizeof data;
	volatile int told = 1;
	CALL(zoo_add_auth(zh, "digest", "bob:secret", 10, done, (void *)&told), ZOK);
	CALL(zoo_create(zh, "/cp/mine", "x", 1, &ZOO_CREATOR_ALL_ACL, 0, NULL, 0), ZOK);
	TRUE(told == ZOK);
	CALL(zoo_get(other, "/cp/mine", 0, data, &size, &stat), ZNOAUTH);
	CALL(zoo_set(other, "/cp/mine", "y", 1, -1), ZNOAUTH);
	CALL(zoo_get_acl(zh, "/cp/mine", &acl, &stat), ZOK);
	TRUE(acl.count == 1 && !strcmp(acl.data[0].id.scheme, "digest"));
	deallocate_ACL_vector(&acl);
	CALL(zoo_set_acl(zh, "/cp/mine", 7, &ZOO_READ_ACL_UNSAFE), ZBADVERSION);
	CALL(zoo_set_acl(zh, "/cp/mine", 0, &ZOO_READ_ACL_UNSAFE), ZOK);
	CALL(zoo_get(other, "/cp/mine", 0, data, &size, &stat), ZOK);
	TRUE(stat.aversion == 1);
	struct ACL_vector none = {0, NULL};
	CALL(zoo_create(zh, "/cp/bad", "", 0, &none, 0, NULL, 0), ZINVALIDACL);
}

static void ephemerals(zhandle_t *zh, zhandle_t *other, struct seen *s) {
	struct Stat stat;
	CALL(zoo_create(other, "/cp/here", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_EPHEMERAL, NULL, 0), ZOK);
	CALL(zoo_create(other, "/cp/here/k", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0),
		ZNOCHILDRENFOREPHEMERALS);
	CALL(zoo_wexists(zh, "/cp/here", note, s, &stat), ZOK);
	TRUE(stat.ephemeralOwner == zoo_client_id(other)->client_id);
	CALL(zookeeper_close(other), ZOK);
	TRUE(event(s, ZOO_DELETED_EVENT, "/cp/here"));
}

int main(int argc, char **argv) {
	static struct seen one, two;
	if (argc != 2)
		return 2;
	zoo_set_debug_level(ZOO_LOG_LEVEL_ERROR);
	zhandle_t *zh = client(argv[1], &one), *other = client(argv[1], &two);
	znodes(zh);
	transactions(zh);
	watches(zh, other, &two);
	permissions(zh, other);
	ephemerals(zh, other, &one);
	CALL(zookeeper_close(zh), ZOK);
	printf("the C library: %d checks as expected\n", calls);
	return 0;
}
