/*
 * Runs a command of which one system call on the disk fails.
 *
 *     disk FOLDER REPORT CALL ERROR N COMMAND…
 *
 * Of the calls of one kind (CALL: open, read, write, …; see below) on files below FOLDER, the
 * N-th fails with ERROR (EIO, … or SHORT: half of the bytes are read or written), with N+ also
 * all that follow, with 0 none. REPORT gets the number of calls of each kind and the path of the
 * first that failed. The exit status is the command's, 77 where the kernel does not take part.
 *
 * The kernel stops each such call and asks this process (seccomp's user notification, Linux 5.5):
 * so none is missed, be it the C library's own, of a child process or of a statically linked
 * program, as those are which replace the C library's functions.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED = 77, BROKEN = 99 };

enum kind {
    OPEN,
    READ,
    WRITE,
    SYNC,
    RENAME,
    CLOSE,
    STAT,
    ACCESS,
    LIST,
    MAP,
    TRUNCATE,
    LOCK,
    MKDIR,
    UNLINK,
    SEEK,
    MODE,
    KINDS
};

static const char *const kind_names[KINDS] = {
    "open", "read", "write",    "sync", "rename", "close",  "stat", "access",
    "list", "map",  "truncate", "lock", "mkdir",  "unlink", "seek", "mode"};

/* Where a call's path is: the argument of the folder's descriptor (-1: there is none), and that of
 * the path (-1: the descriptor is the file's own). */
struct call {
    int number;
    enum kind kind;
    signed char folder, path;
};

static const struct call calls[] = {
#ifdef __NR_open /* not on newer architectures */
    {__NR_open, OPEN, -1, 0},        {__NR_creat, OPEN, -1, 0},
    {__NR_rename, RENAME, -1, 1},    {__NR_stat, STAT, -1, 0},
    {__NR_lstat, STAT, -1, 0},       {__NR_access, ACCESS, -1, 0},
    {__NR_mkdir, MKDIR, -1, 0},      {__NR_unlink, UNLINK, -1, 0},
    {__NR_rmdir, UNLINK, -1, 0},     {__NR_getdents, LIST, 0, -1},
#endif
    {__NR_openat, OPEN, 0, 1},       {__NR_read, READ, 0, -1},
    {__NR_pread64, READ, 0, -1},     {__NR_readv, READ, 0, -1},
    {__NR_write, WRITE, 0, -1},      {__NR_pwrite64, WRITE, 0, -1},
    {__NR_writev, WRITE, 0, -1},     {__NR_fsync, SYNC, 0, -1},
    {__NR_fdatasync, SYNC, 0, -1},   {__NR_renameat, RENAME, 2, 3},
    {__NR_renameat2, RENAME, 2, 3},  {__NR_close, CLOSE, 0, -1},
    {__NR_fstat, STAT, 0, -1},       {__NR_newfstatat, STAT, 0, 1},
    {__NR_statx, STAT, 0, 1},        {__NR_faccessat, ACCESS, 0, 1},
    {__NR_faccessat2, ACCESS, 0, 1}, {__NR_getdents64, LIST, 0, -1},
    {__NR_mmap, MAP, 4, -1},         {__NR_ftruncate, TRUNCATE, 0, -1},
    {__NR_flock, LOCK, 0, -1},       {__NR_fcntl, LOCK, 0, -1},
    {__NR_mkdirat, MKDIR, 0, 1},     {__NR_unlinkat, UNLINK, 0, 1},
    {__NR_lseek, SEEK, 0, -1},       {__NR_fchmod, MODE, 0, -1},
    {__NR_fchown, MODE, 0, -1},
};
enum { CALLS = sizeof calls / sizeof calls[0] };

static const struct {
    const char *name;
    int error;
} errors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EINTR", EINTR},   {"EMFILE", EMFILE},
              {"ENOMEM", ENOMEM}, {"ENOLCK", ENOLCK}, {"EACCES", EACCES}, {"SHORT", 0}};
enum { ERRORS = sizeof errors / sizeof errors[0] };

/* What is asked for, and what came of it. */
struct plan {
    const char *folder, *report;
    enum kind kind;
    int error; /* 0: short */
    long at;   /* counted from 1 */
    bool on;   /* and all that follow */
    long counts[KINDS];
    char failed[PATH_MAX + 32];
};

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
    exit(BROKEN);
}

static const struct call *find_call(int number)
{
    size_t i = 0;
    while (i < CALLS && calls[i].number != number) {
        i++;
    }
    return i < CALLS ? &calls[i] : NULL;
}

/* Has the kernel ask about the calls above; returns where it asks, or -1. */
static int install(void)
{
    struct sock_filter program[CALLS + 3];
    size_t size = 0;
    program[size++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < CALLS; i++) { /* jumps to the last statement */
        program[size++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i].number, (unsigned char)(CALLS - i), 0);
    }
    program[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    struct sock_fprog filter = {.len = (unsigned short)size, .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return -1;
    }
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &filter);
}

/* Room for one descriptor in a message. */
union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
};

static void hand_over(int channel, int file)
{
    char byte = 0;
    union control control = {.room = {0}};
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (file >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        control.header = (struct cmsghdr){
            .cmsg_len = CMSG_LEN(sizeof file), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(&control.header), &file, sizeof file);
    }
    sendmsg(channel, &message, 0);
}

static int take_over(int channel)
{
    char byte;
    int file = -1;
    union control control;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) == 1 && message.msg_controllen > 0) {
        memcpy(&file, CMSG_DATA(&control.header), sizeof file);
    }
    return file;
}

/* What a descriptor of a process leads to; "" where it is none. */
static void read_link(char path[PATH_MAX], pid_t process, const char *name)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/%ld/%s", (long)process, name);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = '\0';
}

static void path_of_file(char path[PATH_MAX], pid_t process, int file)
{
    char name[32];
    snprintf(name, sizeof name, file == AT_FDCWD ? "cwd" : "fd/%d", file);
    read_link(path, process, name);
}

/* A string of the process's memory, which may end where its page does. */
static void read_text(char text[PATH_MAX], pid_t process, uint64_t address)
{
    size_t got = 0;
    while (got < PATH_MAX - 1 && (got == 0 || memchr(text, '\0', got) == NULL)) {
        size_t part = 256 - (address + got) % 256;
        part = part < PATH_MAX - 1 - got ? part : PATH_MAX - 1 - got;
        struct iovec to = {.iov_base = text + got, .iov_len = part};
        struct iovec from = {.iov_base = (void *)(uintptr_t)(address + got), .iov_len = part};
        if (process_vm_readv(process, &to, 1, &from, 1, 0) <= 0) {
            break;
        }
        got += part;
    }
    text[got] = '\0';
}

/* The absolute path of the file that a call is about; false where it is about none. */
static bool path_of(char path[PATH_MAX], const struct call *call, const struct seccomp_notif *asked)
{
    char text[PATH_MAX] = "", folder[PATH_MAX] = "";
    pid_t process = (pid_t)asked->pid;
    const __u64 *arguments = asked->data.args;
    if (call->path >= 0) {
        read_text(text, process, arguments[call->path]);
    }
    if (text[0] != '/') {
        path_of_file(folder, process, call->folder >= 0 ? (int)arguments[call->folder] : AT_FDCWD);
    }
    bool joined = folder[0] != '\0' && text[0] != '\0';
    int length = snprintf(path, PATH_MAX, "%.2000s%s%.2000s", folder, joined ? "/" : "", text);
    return length > 0 && length < PATH_MAX && path[0] == '/';
}

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* Of fcntl() only locks, of mmap() only files. */
static bool is_meant(const struct seccomp_notif *asked)
{
    const struct seccomp_data *data = &asked->data;
    static const int locks[] = {F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW};
    bool lock = data->nr != __NR_fcntl;
    for (size_t i = 0; i < sizeof locks / sizeof locks[0]; i++) {
        lock = lock || (int)data->args[1] == locks[i];
    }
    return lock && (data->nr != __NR_mmap || (int)data->args[4] >= 0);
}

/* A descriptor of the process as one of ours. */
static int borrow(pid_t process, int file)
{
    int handle = (int)syscall(SYS_pidfd_open, process, 0);
    int ours = handle >= 0 ? (int)syscall(SYS_pidfd_getfd, handle, file, 0) : -1;
    if (handle >= 0) {
        close(handle);
    }
    return ours;
}

/* Does half of a read() or write() in the process's place: what a full disk, a signal or a slow one
 * does. The file's position is shared. Calls of other kinds go on as they are. */
static void do_half(struct seccomp_notif_resp *answer, const struct seccomp_notif *asked)
{
    pid_t process = (pid_t)asked->pid;
    size_t size = (size_t)(asked->data.args[2] + 1) / 2;
    bool reads = asked->data.nr == __NR_read;
    char *bytes = malloc(size + 1);
    int file =
        reads || asked->data.nr == __NR_write ? borrow(process, (int)asked->data.args[0]) : -1;
    struct iovec ours = {.iov_base = bytes, .iov_len = size};
    struct iovec theirs = {.iov_base = (void *)(uintptr_t)asked->data.args[1], .iov_len = size};
    answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (file >= 0 && bytes != NULL && size > 0) {
        ssize_t done =
            reads ? read(file, bytes, size) : process_vm_readv(process, &ours, 1, &theirs, 1, 0);
        done = done > 0 && !reads ? write(file, bytes, (size_t)done) : done;
        ours.iov_len = theirs.iov_len = done > 0 ? (size_t)done : 0;
        if (done > 0 && reads && process_vm_writev(process, &ours, 1, &theirs, 1, 0) != done) {
            give_up("cannot write to the process");
        }
        answer->flags = 0;
        answer->val = done;
    }
    free(bytes);
    if (file >= 0) {
        close(file);
    }
}

/* A close() that fails has closed nevertheless: in place of the file comes /dev/null, which the
 * process leaks. */
static void close_theirs(int listener, const struct seccomp_notif *asked)
{
    int nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct seccomp_notif_addfd put = {.id = asked->id,
                                      .flags = SECCOMP_ADDFD_FLAG_SETFD,
                                      .srcfd = (__u32)nowhere,
                                      .newfd = (__u32)asked->data.args[0],
                                      .newfd_flags = O_CLOEXEC};
    ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &put);
    close(nowhere);
}

static void answer_call(struct plan *plan, int listener, const struct seccomp_notif *asked,
                        struct seccomp_notif_resp *answer)
{
    char path[PATH_MAX];
    const struct call *call = find_call(asked->data.nr);
    answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (call == NULL || !is_meant(asked) || !path_of(path, call, asked) ||
        !is_below(path, plan->folder)) {
        return;
    }
    long n = ++plan->counts[call->kind];
    if (call->kind != plan->kind || plan->at == 0 || n < plan->at || (n > plan->at && !plan->on)) {
        return;
    }
    if (n == plan->at) {
        snprintf(plan->failed, sizeof plan->failed, "%s", path);
    }
    if (plan->error == 0) {
        do_half(answer, asked);
        return;
    }
    if (call->kind == CLOSE) {
        close_theirs(listener, asked);
    }
    answer->flags = 0;
    answer->error = -plan->error;
}

/* Until the last process that could ask has ended. */
static void answer_all(struct plan *plan, int listener)
{
    struct pollfd waiting = {.fd = listener, .events = POLLIN};
    while (poll(&waiting, 1, -1) > 0 && (waiting.revents & POLLIN) != 0) {
        struct seccomp_notif asked = {0};
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) == 0) {
            struct seccomp_notif_resp answer = {.id = asked.id};
            answer_call(plan, listener, &asked, &answer);
            ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
        }
    }
}

static void write_report(const struct plan *plan)
{
    FILE *file = fopen(plan->report, "w");
    if (file == NULL) {
        give_up(plan->report);
    }
    for (int kind = 0; kind < KINDS; kind++) {
        fprintf(file, "%s %ld\n", kind_names[kind], plan->counts[kind]);
    }
    fprintf(file, "failed %s\n", plan->failed);
    fclose(file);
}

static _Noreturn void run(char **command, int channel)
{
    int listener = install();
    hand_over(channel, listener);
    if (listener < 0) {
        _exit(SKIPPED);
    }
    execvp(command[0], command); /* the listener and the channel are closed by it */
    _exit(127);
}

static void read_plan(struct plan *plan, char **arguments)
{
    char *end;
    static char folder[PATH_MAX];
    *plan = (struct plan){.folder = realpath(arguments[1], folder), .report = arguments[2]};
    while (plan->kind < KINDS && strcmp(arguments[3], kind_names[plan->kind]) != 0) {
        plan->kind++;
    }
    size_t error = 0;
    while (error < ERRORS && strcmp(arguments[4], errors[error].name) != 0) {
        error++;
    }
    plan->at = strtol(arguments[5], &end, 10);
    plan->on = strcmp(end, "+") == 0;
    if (plan->folder == NULL || plan->kind == KINDS || error == ERRORS) {
        errno = EINVAL;
        give_up("arguments");
    }
    plan->error = errors[error].error;
}

int main(int count, char **arguments)
{
    struct plan plan;
    int ends[2], ended = 0;
    if (count < 7) {
        fprintf(stderr, "usage: disk FOLDER REPORT CALL ERROR N COMMAND...\n");
        return BROKEN;
    }
    read_plan(&plan, arguments);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        give_up("socketpair");
    }
    pid_t process = fork();
    if (process == 0) {
        run(arguments + 6, ends[1]);
    }
    close(ends[1]);
    int listener = process > 0 ? take_over(ends[0]) : -1;
    if (listener >= 0) {
        answer_all(&plan, listener);
        write_report(&plan);
    }
    if (process < 0 || waitpid(process, &ended, 0) != process) {
        give_up("no process");
    }
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
}
