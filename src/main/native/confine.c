/*
 * Confines the decoder, a stranger's program on a stranger's file, and becomes it:
 *
 *   confine [--write-here] PROGRAM ARGUMENT...
 *   confine [--write-here] --tell
 *
 * What the kernel grants of this is done, whoever runs it; `--tell` says which, a word a line:
 *
 *   user        a user and group of its own, which own nothing (only from root)
 *   privileges  no capabilities, and none to be had by starting a program (no_new_privs)
 *   network     no sockets, and where allowed a network namespace without any interface
 *   processes   no further process, no signal to another, no look into one
 *   files       reads the program, its libraries and the system's, writes only in the folder it is
 *               started in, and there only with --write-here (Landlock)
 *
 * What is to be decoded is its standard input, opened before. The program's libraries are where
 * LD_LIBRARY_PATH says, if it is set. Exits with 126 when the program cannot be started.
 *
 * Needs no library, so that it runs on every Linux. dev/build-natives makes
 * src/main/resources/ffmpeg/<platform>/confine of it.
 */
#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>

/* Of no user of a usual system: below "nobody", above what distributions and systemd give away. */
#define DECODER_USER 65533

#define EPERM 1
#define ENOENT 2
#define EACCES 13
#define ENOSYS 38
#define O_PATH 010000000
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

typedef unsigned long long u64;

/* ------------------------------------------------------------------------------ System calls */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
__asm__(".globl _start\n_start: mov %rsp, %rdi\nand $-16, %rsp\ncall begin\n");

static long call(long number, long a, long b, long c, long d, long e) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
__asm__(".globl _start\n_start: mov x0, sp\nbl begin\n");

static long call(long number, long a, long b, long c, long d, long e) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}
#endif

#define CALL(number, a, b, c, d, e) call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

static size_t length(const char *text) {
  size_t count = 0;
  while (text[count]) count++;
  return count;
}

static int starts(const char *text, const char *with) {
  while (*with) {
    if (*text++ != *with++) return 0;
  }
  return 1;
}

static int same(const char *one, const char *other) { return length(one) == length(other) && starts(one, other); }

/* Puts it and its end there; returns where its end is. */
static size_t append(char *to, size_t at, const char *text) {
  for (size_t i = 0; i <= length(text); i++) to[at + i] = text[i];
  return at + length(text);
}

static void say(int stream, const char *text) { CALL(__NR_write, stream, text, length(text), 0, 0); }

static void leave(int status) { CALL(__NR_exit_group, status, 0, 0, 0, 0); }

static int open_path(const char *path) { return CALL(__NR_openat, AT_FDCWD, path, O_PATH | O_CLOEXEC, 0, 0); }

/* --------------------------------------------------------------------------------------- User */

static u64 capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct held[2] = {{0}};
  if (CALL(__NR_capget, &header, held, 0, 0, 0) != 0) return 0;
  return (u64)held[1].effective << 32 | held[0].effective;
}

static int may(u64 held, int capability) { return held >> capability & 1; }

/* The folder it is started in becomes its own, if it is to write there. */
static int become_own_user(u64 held, int writes) {
  if (!may(held, CAP_SETUID) || !may(held, CAP_SETGID)) return 0;
  /* Who cannot end another user's process would be left with it. */
  if (!may(held, CAP_KILL)) return 0;
  if (writes && CALL(__NR_fchownat, AT_FDCWD, ".", DECODER_USER, DECODER_USER, 0) != 0) return 0;
  if (CALL(__NR_setgroups, 0, 0, 0, 0, 0) != 0) return 0;
  if (CALL(__NR_setresgid, DECODER_USER, DECODER_USER, DECODER_USER, 0, 0) != 0) return 0;
  return CALL(__NR_setresuid, DECODER_USER, DECODER_USER, DECODER_USER, 0, 0) == 0;
}

static int drop_privileges(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {{0}};
  CALL(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return CALL(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && CALL(__NR_capset, &header, none, 0, 0, 0) == 0;
}

/* While it still may: what a program started later could get. */
static void drop_bounding_set(void) {
  for (int capability = 0; CALL(__NR_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++) {
  }
}

/* --------------------------------------------------------------------------------------- Files */

/* As of Linux 6.12; older kernels take a shorter one. Older headers know less of it. */
struct ruleset {
  u64 handled_files;
  u64 handled_network;
  u64 scoped;
};

#define FILE_RIGHTS (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE)
#define READ (FILE_RIGHTS | LANDLOCK_ACCESS_FS_READ_DIR)
#define TRUNCATE (1ULL << 14)
#define WRITE_FILE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE)
#define WRITE (WRITE_FILE | TRUNCATE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)

/* What every program needs of a system. */
static const char *const SYSTEM_FOLDERS[] = {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store",
                                             "/sys/devices/system/cpu"};
static const char *const SYSTEM_FILES[] = {"/etc/ld.so.cache", "/etc/ld-musl-x86_64.path", "/etc/ld-musl-aarch64.path",
                                           "/etc/localtime", "/proc/cpuinfo", "/proc/meminfo"};
static const char *const DEVICES[] = {"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"};

static void allow(int rules, int path, u64 rights) {
  struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = path};
  if (path >= 0) CALL(__NR_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0, 0);
}

/* bin/../lib, for a program that was installed with libraries of its own. */
static int open_installed_libraries(const char *program) {
  static char path[4096];
  size_t end = length(program);
  if (end >= sizeof(path)) return -1;
  while (end > 0 && program[end - 1] != '/') end--;
  if (end < 5 || !starts(program + end - 5, "/bin/")) return -1;
  append(path, 0, program);
  append(path, end - 4, "lib");
  return open_path(path);
}

static int restrict_files(const char *program, int program_path, int libraries, int writes) {
  long version = CALL(__NR_landlock_create_ruleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION, 0, 0);
  if (version < 1) return 0;
  u64 known = version >= 5 ? 0xffff : version >= 3 ? 0x7fff : version == 2 ? 0x3fff : 0x1fff;
  struct ruleset all = {known, version >= 4 ? 3 : 0, version >= 6 ? 3 : 0};
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  int rules = CALL(__NR_landlock_create_ruleset, &all, size, 0, 0, 0);
  if (rules < 0) return 0;
  for (size_t i = 0; i < LENGTH(SYSTEM_FOLDERS); i++) allow(rules, open_path(SYSTEM_FOLDERS[i]), READ);
  for (size_t i = 0; i < LENGTH(SYSTEM_FILES); i++)
    allow(rules, open_path(SYSTEM_FILES[i]), LANDLOCK_ACCESS_FS_READ_FILE);
  for (size_t i = 0; i < LENGTH(DEVICES); i++) allow(rules, open_path(DEVICES[i]), WRITE_FILE);
  allow(rules, program_path, FILE_RIGHTS);
  allow(rules, libraries, READ);
  if (program) allow(rules, open_installed_libraries(program), READ);
  if (writes) allow(rules, open_path("."), WRITE & known);
  return CALL(__NR_landlock_restrict_self, rules, 0, 0, 0, 0) == 0;
}

/* ------------------------------------------------------------- Network, other processes, kernel */

static const int DENIED[] = {
    /* the network */
    __NR_socket, __NR_socketpair, __NR_connect, __NR_bind, __NR_listen, __NR_accept, __NR_accept4, __NR_sendto,
    __NR_sendmsg, __NR_sendmmsg,
#ifdef __NR_io_uring_setup
    /* does what the others do, unseen */
    __NR_io_uring_setup, __NR_io_uring_enter, __NR_io_uring_register,
#endif
    /* other processes */
#ifdef __NR_fork
    __NR_fork, __NR_vfork,
#endif
    __NR_tkill, __NR_rt_sigqueueinfo, __NR_rt_tgsigqueueinfo, __NR_pidfd_open, __NR_pidfd_send_signal, __NR_ptrace,
    __NR_process_vm_readv, __NR_process_vm_writev, __NR_kcmp, __NR_setpriority, __NR_prlimit64, __NR_sched_setaffinity,
#ifdef __NR_pidfd_getfd
    __NR_pidfd_getfd,
#endif
    /* parts of the kernel that no decoder needs and attackers like */
    __NR_unshare, __NR_setns, __NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, __NR_bpf, __NR_perf_event_open,
    __NR_userfaultfd, __NR_keyctl, __NR_add_key, __NR_request_key, __NR_init_module, __NR_finit_module, __NR_kexec_load,
    __NR_open_by_handle_at, __NR_personality, __NR_shmget, __NR_msgget, __NR_semget, __NR_mq_open};

#define NUMBER offsetof(struct seccomp_data, nr)
/* The low half of the first argument: both processors are little-endian. */
#define FIRST_ARGUMENT offsetof(struct seccomp_data, args[0])
#define FAIL(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
/* The next one is for these, else it is skipped. */
#define IF_EQUAL(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped)

static int deny_calls(void) {
  static struct sock_filter filter[2 * LENGTH(DENIED) + 32];
  unsigned self = CALL(__NR_getpid, 0, 0, 0, 0, 0);
  const struct sock_filter head[] = {
      LOAD(offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      LOAD(NUMBER),
#if defined(__x86_64__)
      /* the calls of x32 */
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      FAIL(ENOSYS),
#endif
  };
  unsigned short count = 0;
  for (size_t i = 0; i < LENGTH(head); i++) filter[count++] = head[i];
  for (size_t i = 0; i < LENGTH(DENIED); i++) {
    filter[count++] = (struct sock_filter)IF_EQUAL(DENIED[i], 1);
    filter[count++] = (struct sock_filter)FAIL(EPERM);
  }
  const struct sock_filter rest[] = {
      /* Its arguments cannot be seen; without it, libraries use clone. */
      IF_EQUAL(__NR_clone3, 1),
      FAIL(ENOSYS),
      /* Threads, but no processes. */
      IF_EQUAL(__NR_clone, 4),
      LOAD(FIRST_ARGUMENT),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
      FAIL(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      /* Signals to itself. */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_kill, 1, 0),
      IF_EQUAL(__NR_tgkill, 3),
      LOAD(FIRST_ARGUMENT),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, self, 1, 0),
      FAIL(EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  for (size_t i = 0; i < LENGTH(rest); i++) filter[count++] = rest[i];
  struct sock_fprog program = {count, filter};
  return CALL(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program, 0, 0) == 0;
}

/* One layer more than the denied calls; others than root need a user namespace for it. */
static void leave_network(u64 held) {
  CALL(__NR_unshare, may(held, CAP_SYS_ADMIN) ? CLONE_NEWNET | CLONE_NEWIPC : CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC,
       0, 0, 0, 0);
}

/* ---------------------------------------------------------------------------------- Its program */

/* Where the program finds its libraries although their folder is nothing its user could enter. */
static void find_libraries_by_handle(char **variable, int libraries) {
  static char entry[64];
  char digits[8];
  size_t end = append(entry, 0, "LD_LIBRARY_PATH=/proc/self/fd/"), count = 0;
  for (int rest = libraries; count == 0 || rest > 0; rest /= 10) digits[count++] = (char)('0' + rest % 10);
  while (count > 0) entry[end++] = digits[--count];
  *variable = entry;
}

static void refuse(const char *program, long error) {
  say(2, "confine: ");
  say(2, program);
  say(2, error == -ENOENT   ? ": no such program\n"
         : error == -EACCES ? ": the decoder's user may not start it\n"
                            : ": cannot be started on this machine\n");
  leave(126);
}

__attribute__((used)) void begin(long *stack) {
  char **arguments = (char **)(stack + 2);
  char **environment = (char **)(stack + 1) + stack[0] + 1;
  int writes = 0, tells;
  if (*arguments && same(*arguments, "--write-here")) {
    writes = 1;
    arguments++;
  }
  const char *program = *arguments;
  if (!program) {
    say(2, "confine: which program?\n");
    leave(126);
  }
  tells = same(program, "--tell");
  char **variable = environment;
  while (*variable && !starts(*variable, "LD_LIBRARY_PATH=")) variable++;

  /* Opened as the one who starts it, who may reach what the decoder's user may not. */
  int path = -1, libraries = -1;
  if (!tells) {
    /* Kept: the interpreter of a script opens it by its number. */
    path = CALL(__NR_openat, AT_FDCWD, program, O_PATH, 0, 0);
    if (path < 0) refuse(program, path);
  }
  if (*variable) libraries = CALL(__NR_openat, AT_FDCWD, *variable + length("LD_LIBRARY_PATH="), O_PATH, 0, 0);

  if (!writes) CALL(__NR_chdir, "/", 0, 0, 0, 0);
  u64 held = capabilities();
  leave_network(held);
  drop_bounding_set();
  int user = become_own_user(held, writes);
  int privileges = drop_privileges();
  if (libraries >= 0 && CALL(__NR_faccessat, AT_FDCWD, *variable + length("LD_LIBRARY_PATH="), 1, 0, 0) != 0)
    find_libraries_by_handle(variable, libraries);
  int files = restrict_files(tells ? 0 : program, path, libraries, writes);
  int calls = deny_calls();
  if (tells) {
    if (user) say(1, "user\n");
    if (privileges) say(1, "privileges\n");
    if (calls) say(1, "network\nprocesses\n");
    if (files) say(1, "files\n");
    leave(0);
  }
  long error = CALL(__NR_execve, program, arguments, environment, 0, 0);
  if (error == -EACCES) error = CALL(__NR_execveat, path, "", arguments, environment, AT_EMPTY_PATH);
  refuse(program, error);
}
