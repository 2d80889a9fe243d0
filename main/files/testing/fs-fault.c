/*
 * Makes calls of the file system fail on request, for tests. Preloaded into a child process (LD_PRELOAD):
 *
 *   CHATKEEP_FS_FAULT      rules, one a line: <call> <errno> <times> <pattern>
 *     call     open, mkdir, rename, link, write, fsync, fsyncdir (fsync of a folder), syncfs, statfs, utimes
 *     errno    a number; for statfs 0 = succeed with zeros; -9 = the process is killed at this call
 *     times    how often the rule answers; -1 = always
 *     pattern  fnmatch(3) pattern of the absolute path; of the new name for rename and link
 *   CHATKEEP_FS_FAULT_LOG  file that gets a line for each injected fault: a test reads it to know that the fault happened
 *   CHATKEEP_FS_TRACE      file that gets a line for each call that a power cut may undo (power-cut.ts): write, mkdir, rename and link before they happen,
 *                          syncs when they begin and when they have ended well
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

struct rule {
  char call[16];
  int error;
  atomic_int left;
  char pattern[PATH_MAX];
};

#define MOST_RULES 64
static struct rule rules[MOST_RULES];
static int rule_count;
static char log_path[PATH_MAX];
static char trace_path[PATH_MAX];

__attribute__((constructor)) static void read_rules(void) {
  const char *text = getenv("CHATKEEP_FS_FAULT");
  const char *log = getenv("CHATKEEP_FS_FAULT_LOG");
  const char *trace = getenv("CHATKEEP_FS_TRACE");
  if (trace != NULL) {
    snprintf(trace_path, sizeof trace_path, "%s", trace);
  }
  if (log != NULL) {
    snprintf(log_path, sizeof log_path, "%s", log);
  }
  while (text != NULL && *text != '\0') {
    if (rule_count == MOST_RULES) {
      abort();
    }
    struct rule *rule = &rules[rule_count];
    int times;
    if (sscanf(text, "%15s %d %d %4095[^\n]", rule->call, &rule->error, &times, rule->pattern) == 4) {
      atomic_store(&rule->left, times);
      rule_count += 1;
    }
    text = strchr(text, '\n');
    text = text == NULL ? NULL : text + 1;
  }
}

static void append(const char *log, const char *line, int length) {
  int fd = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd >= 0) {
    if (REAL(write)(fd, line, (size_t)length) < 0) {
      abort();
    }
    close(fd);
  }
}

static void note(const char *call, int error, const char *path) {
  if (log_path[0] != '\0') {
    char line[PATH_MAX + 64];
    append(log_path, line, snprintf(line, sizeof line, "%s %d %s\n", call, error, path));
  }
}

/* Paths of the programs under test are absolute and have no blanks. */
static void trace(const char *what, const char *path, const char *other) {
  if (trace_path[0] != '\0') {
    char line[PATH_MAX * 2 + 64];
    append(trace_path, line, snprintf(line, sizeof line, "%s %d %s %s\n", what, (int)gettid(), path, other));
  }
}

static void trace_fd(const char *what, int fd) {
  char link_path[64];
  char path[PATH_MAX];
  if (trace_path[0] == '\0') {
    return;
  }
  snprintf(link_path, sizeof link_path, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link_path, path, sizeof path - 1);
  if (length > 0 && path[0] == '/') {
    path[length] = '\0';
    trace(what, path, "");
  }
}

/* The errno to answer; -1 = let the call through. */
static int fault_of(const char *call, const char *path) {
  char absolute[PATH_MAX * 2];
  if (path == NULL) {
    return -1;
  }
  if (path[0] != '/') {
    char here[PATH_MAX];
    if (getcwd(here, sizeof here) == NULL) {
      return -1;
    }
    snprintf(absolute, sizeof absolute, "%s/%s", here, path);
    path = absolute;
  }
  for (int at = 0; at < rule_count; at += 1) {
    struct rule *rule = &rules[at];
    if (strcmp(rule->call, call) != 0 || fnmatch(rule->pattern, path, 0) != 0) {
      continue;
    }
    int left = atomic_load(&rule->left);
    while (left > 0 && !atomic_compare_exchange_weak(&rule->left, &left, left - 1)) {
    }
    if (left != 0) {
      note(call, rule->error, path);
      if (rule->error == -9) {
        kill(getpid(), SIGKILL);
      }
      return rule->error;
    }
  }
  return -1;
}

static int fault_of_fd(const char *call, int fd) {
  char link_path[64];
  char path[PATH_MAX];
  snprintf(link_path, sizeof link_path, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link_path, path, sizeof path - 1);
  if (length < 0) {
    return -1;
  }
  path[length] = '\0';
  return fault_of(call, path);
}

#define FAIL_PATH(call, path)             \
  do {                                    \
    int fault = fault_of(call, path);     \
    if (fault >= 0) {                     \
      errno = fault;                      \
      return -1;                          \
    }                                     \
  } while (0)

#define FAIL_FD(call, fd)                 \
  do {                                    \
    int fault = fault_of_fd(call, fd);    \
    if (fault >= 0) {                     \
      errno = fault;                      \
      return -1;                          \
    }                                     \
  } while (0)

#define OPEN(name)                                                    \
  int name(const char *path, int flags, ...) {                        \
    mode_t mode = 0;                                                  \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {                       \
      va_list rest;                                                   \
      va_start(rest, flags);                                          \
      mode = va_arg(rest, mode_t);                                    \
      va_end(rest);                                                   \
    }                                                                 \
    /* Reading is let through: tests are about what cannot be written. */ \
    if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0) {  \
      FAIL_PATH("open", path);                                        \
    }                                                                 \
    return REAL(name)(path, flags, mode);                             \
  }
OPEN(open)
OPEN(open64)

int mkdir(const char *path, mode_t mode) {
  FAIL_PATH("mkdir", path);
  trace("mkdir", path, "");
  return REAL(mkdir)(path, mode);
}

int rename(const char *from, const char *to) {
  FAIL_PATH("rename", to);
  trace("rename", from, to);
  return REAL(rename)(from, to);
}

int link(const char *from, const char *to) {
  FAIL_PATH("link", to);
  trace("link", from, to);
  return REAL(link)(from, to);
}

static int is_folder(int fd) {
  struct stat found;
  return fstat(fd, &found) == 0 && S_ISDIR(found.st_mode);
}

#define SYNC(name, call)              \
  int name(int fd) {                  \
    FAIL_FD(call, fd);                \
    trace_fd("begin " #name, fd);     \
    int code = REAL(name)(fd);        \
    if (code == 0) {                  \
      trace_fd("end " #name, fd);     \
    }                                 \
    return code;                      \
  }
SYNC(fsync, is_folder(fd) ? "fsyncdir" : "fsync")
SYNC(fdatasync, "fsync")
SYNC(syncfs, "syncfs")

ssize_t write(int fd, const void *bytes, size_t count) {
  FAIL_FD("write", fd);
  trace_fd("write", fd);
  return REAL(write)(fd, bytes, count);
}

#define PWRITE(name, offset_type)                                            \
  ssize_t name(int fd, const void *bytes, size_t count, offset_type offset) { \
    FAIL_FD("write", fd);                                                    \
    trace_fd("write", fd);                                                   \
    return REAL(name)(fd, bytes, count, offset);                             \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int fd, const struct iovec *pieces, int count) {
  FAIL_FD("write", fd);
  trace_fd("write", fd);
  return REAL(writev)(fd, pieces, count);
}

#define PWRITEV(name, offset_type)                                                \
  ssize_t name(int fd, const struct iovec *pieces, int count, offset_type offset) { \
    FAIL_FD("write", fd);                                                         \
    trace_fd("write", fd);                                                        \
    return REAL(name)(fd, pieces, count, offset);                                 \
  }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

int futimens(int fd, const struct timespec times[2]) {
  FAIL_FD("utimes", fd);
  return REAL(futimens)(fd, times);
}

#define STATFS(name, answer_type)                       \
  int name(const char *path, answer_type *answer) {     \
    int fault = fault_of("statfs", path);               \
    if (fault > 0) {                                    \
      errno = fault;                                    \
      return -1;                                        \
    }                                                   \
    int code = REAL(name)(path, answer);                \
    if (code == 0 && fault == 0) {                      \
      memset(answer, 0, sizeof *answer);                \
    }                                                   \
    return code;                                        \
  }
STATFS(statfs, struct statfs)
STATFS(statfs64, struct statfs64)
