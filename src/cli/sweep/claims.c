/*
 * Claims: locks on bytes of one file. They belong to an open file, not to a process, so that a
 * claim lasts as long as the trial's process or the one that started it, and ends however both do;
 * and on a folder that machines share, the file's server knows them.
 */
#ifdef __linux__
#define _GNU_SOURCE /* F_OFD_SETLK */
#endif
#include "cli/base/paths.h"
#include "cli/sweep/study.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Bytes of the file; a count of 0 is all to its end. */
struct bytes {
    off_t first, count;
};

/* Where a system has no such locks, each claim is refused as a file system without them does. */
static int lock_bytes(int file, bool wait, struct bytes bytes)
{
#ifdef F_OFD_SETLK
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = bytes.first, .l_len = bytes.count};
    return fcntl(file, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
#else
    (void)file;
    (void)wait;
    (void)bytes;
    errno = ENOTSUP;
    return -1;
#endif
}

static enum exit_status claim_bytes(int *claim, const struct study *study, struct bytes bytes,
                                    bool wait)
{
    struct run_path path = run_file(study->folder, STUDY_CLAIMS);
    *claim = path_open(path.text, O_RDWR | O_CREAT);
    if (*claim < 0) {
        return cli_failed("%s: cannot open the study's file of claims: %s", path.text,
                          strerror(errno));
    }
    int locked;
    do {
        locked = lock_bytes(*claim, wait, bytes);
    } while (locked != 0 && errno == EINTR);
    if (locked == 0) {
        return DONE;
    }
    int error = errno;
    close(*claim);
    *claim = -1;
    return error == EAGAIN || error == EACCES
               ? DONE
               : cli_failed("%s: expected a file system with locks on parts of files, by which "
                            "processes share a study, found: %s; put it on a local disk",
                            path.text, strerror(error));
}

enum exit_status study_claim(int *claim, const struct study *study, size_t byte)
{
    return claim_bytes(claim, study, (struct bytes){(off_t)byte, 1}, false);
}

enum exit_status study_claim_wait(int *claim, const struct study *study, size_t byte)
{
    return claim_bytes(claim, study, (struct bytes){(off_t)byte, 1}, true);
}

enum exit_status study_claim_all(int *claim, const struct study *study)
{
    return claim_bytes(claim, study, (struct bytes){0, 0}, false);
}
