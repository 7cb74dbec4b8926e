/*
 * Files: bounded reads, and saves that replace a file whole or leave it alone.
 */
#include "harness.h"
#include "scratch.h"

#include "allocations.h"
#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_file_holds(const char *path, const char *text)
{
    char *bytes = NULL;
    size_t size = 0;
    ck_assert_ok(descent_file_load(&bytes, &size, path, 1000000));
    ck_assert_uint_eq(size, strlen(text));
    ck_assert_str_eq(bytes, text);
    free(bytes);
}

static void assert_fails(descent_status expected, const char *path, size_t limit, const char *said)
{
    char *bytes = (char *)1;
    size_t size = 1;
    ck_assert_int_eq(descent_file_load(&bytes, &size, path, limit), expected);
    ck_assert_ptr_null(bytes);
    ck_assert_uint_eq(size, 0);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), path));
    ck_assert_msg(strstr(descent_last_error(), said) != NULL, "%s", descent_last_error());
}

/* Temporary files left in the scratch folder. */
static int count_temporaries(void)
{
    int count = 0;
    DIR *folder = opendir(scratch_folder);
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        count += strstr(entry->d_name, ".tmp") != NULL;
    }
    closedir(folder);
    return count;
}

START_TEST(load_gives_all_bytes_and_a_nul)
{
    const char *path = scratch_write("plain", "a\0b\n", 4);
    char *bytes = NULL;
    size_t size = 0;
    ck_assert_ok(descent_file_load(&bytes, &size, path, 4));
    ck_assert_uint_eq(size, 4);
    ck_assert_mem_eq(bytes, "a\0b\n\0", 5);
    free(bytes);
}
END_TEST

START_TEST(an_empty_file_loads_as_nothing)
{
    assert_file_holds(scratch_write("empty", "", 0), "");
}
END_TEST

/* With a hole, so that it is read in several pieces and takes no room. */
START_TEST(a_large_file_loads_whole)
{
    enum { SIZE = 20 << 20 };
    const char *path = scratch_write("large", "first", 5);
    char *bytes = NULL;
    size_t size = 0;
    ck_assert_int_eq(truncate(path, SIZE), 0);
    ck_assert_ok(descent_file_load(&bytes, &size, path, SIZE));
    ck_assert_uint_eq(size, SIZE);
    ck_assert_mem_eq(bytes, "first\0", 6);
    ck_assert_int_eq(bytes[SIZE - 1], 0);
    free(bytes);
    unlink(path);
}
END_TEST

START_TEST(load_refuses_what_is_beyond_the_limit)
{
    assert_fails(DESCENT_ERROR_FORMAT, scratch_write("long", "12345", 5), 4, "found 5");
}
END_TEST

START_TEST(load_refuses_what_is_not_a_file)
{
    const char *pipe = scratch_path("pipe");
    assert_fails(DESCENT_ERROR_NOT_FOUND, scratch_path("missing"), 100, "No such file");
    assert_fails(DESCENT_ERROR_IO, scratch_folder, 100, "found a folder");
    ck_assert_int_eq(mkfifo(pipe, 0600), 0);
    assert_fails(DESCENT_ERROR_IO, pipe, 100, "expected a file");
}
END_TEST

START_TEST(load_without_memory_says_so)
{
    const char *path = scratch_write("plain", "text", 4);
    if (allocations_counted()) {
        allocations_fail_at(1);
        assert_fails(DESCENT_ERROR_MEMORY, path, 100, "no memory");
    }
}
END_TEST

START_TEST(save_makes_and_replaces_a_file)
{
    const char *path = scratch_path("saved");
    ck_assert_ok(descent_file_save(path, "first, and longer", 17));
    assert_file_holds(path, "first, and longer");
    ck_assert_ok(descent_file_save(path, "second", 6));
    assert_file_holds(path, "second");
    ck_assert_ok(descent_file_save(path, "", 0));
    assert_file_holds(path, "");
    ck_assert_int_eq(count_temporaries(), 0);
}
END_TEST

START_TEST(save_works_in_the_current_folder)
{
    ck_assert_int_eq(chdir(scratch_folder), 0);
    ck_assert_ok(descent_file_save("here", "text", 4));
    assert_file_holds("here", "text");
}
END_TEST

static unsigned mode_of(const char *path)
{
    struct stat about;
    ck_assert_int_eq(stat(path, &about), 0);
    return about.st_mode & 07777;
}

START_TEST(a_saved_file_has_the_mode_of_any_new_file)
{
    const char *path = scratch_path("mode");
    umask(027);
    ck_assert_ok(descent_file_save(path, "x", 1));
    ck_assert_uint_eq(mode_of(path), 0640);
}
END_TEST

/* Private ones stay private, and open ones open, whatever the umask would make of new files; also
 * where a link is what is named. */
START_TEST(a_replaced_file_keeps_its_mode)
{
    static const mode_t modes[] = {0600, 0640, 0644, 0666, 0755, 0400};
    const char *path = scratch_write("private", "x", 1);
    const char *link = scratch_path("link-to-private");
    ck_assert_int_eq(symlink("private", link), 0);
    for (size_t i = 0; i < TEST_COUNT(modes); i++) {
        umask(i % 2 == 0 ? 022 : 077);
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        ck_assert_ok(descent_file_save(path, "by name", 7));
        ck_assert_uint_eq(mode_of(path), modes[i]);
        ck_assert_ok(descent_file_check(path));
        ck_assert_ok(descent_file_save(link, "by link", 7));
        ck_assert_uint_eq(mode_of(path), modes[i]);
        assert_file_holds(path, "by link");
    }
    unlink(link);
}
END_TEST

/* What a killed process left has no lock; what a living one writes has. */
START_TEST(only_temporary_files_that_were_left_are_removed)
{
    const char *left = scratch_write(".descent-beside-0.tmp", "left", 4);
    const char *further = scratch_write(".descent-beside-1.tmp", "left", 4);
    const char *other = scratch_write(".descent-other-0.tmp", "other", 5);
    const char *path = scratch_path("beside");
    ck_assert_ok(descent_file_save(path, "x", 1));
    assert_file_holds(path, "x");
    ck_assert_int_eq(access(left, F_OK), -1);
    ck_assert_int_eq(access(further, F_OK), -1);
    assert_file_holds(other, "other");
    unlink(other);

    int file = open(scratch_write(".descent-beside-0.tmp", "used", 4), O_RDWR);
    ck_assert_int_eq(flock(file, LOCK_EX), 0);
    scratch_write(".descent-beside-1.tmp", "left", 4);
    ck_assert_ok(descent_file_save(path, "second", 6));
    assert_file_holds(path, "second");
    assert_file_holds(left, "used");
    ck_assert_int_eq(access(further, F_OK), -1);
    close(file);
    ck_assert_ok(descent_file_check(path));
    ck_assert_int_eq(count_temporaries(), 0);
}
END_TEST

/* The temporary name is cut, before a character of two bytes. */
START_TEST(the_longest_names_can_be_saved)
{
    char name[256] = "";
    memset(name, 'x', 199);
    for (size_t i = 199; i < 255; i += 2) {
        memcpy(name + i, "\xc3\xa4", 2);
    }
    const char *path = scratch_path(name);
    ck_assert_ok(descent_file_save(path, "x", 1));
    assert_file_holds(path, "x");
    memset(name + 199, '\0', 1);
    char left[512];
    snprintf(left, sizeof left, ".descent-%s-0.tmp", name);
    scratch_write(left, "left", 4);
    ck_assert_ok(descent_file_check(path));
    ck_assert_int_eq(count_temporaries(), 0);
}
END_TEST

static void assert_save_fails(const char *path, size_t size)
{
    static char bytes[100000];
    ck_assert_int_eq(descent_file_save(path, bytes, size), DESCENT_ERROR_IO);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), path));
    ck_assert_int_eq(count_temporaries(), 0);
}

START_TEST(check_tells_what_save_would)
{
    const char *path = scratch_write("kept", "first", 5);
    ck_assert_ok(descent_file_check(path));
    assert_file_holds(path, "first");
    unlink(path);
    ck_assert_ok(descent_file_check(path));
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert_int_eq(descent_file_check(scratch_path("missing/file")), DESCENT_ERROR_IO);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "missing/file"));
    ck_assert_int_eq(descent_file_check(scratch_folder), DESCENT_ERROR_IO);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "found a folder"));
    ck_assert_int_eq(count_temporaries(), 0);
}
END_TEST

START_TEST(save_needs_a_folder_and_a_name)
{
    assert_save_fails(scratch_path("missing/file"), 10);
    const char *folder = scratch_path("folder-in-the-files-place");
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    assert_save_fails(folder, 10);
    rmdir(folder);
    assert_save_fails("", 10);
    char *longest = malloc(10001);
    memset(longest, 'x', 10000);
    longest[9000] = '/';
    longest[10000] = '\0';
    ck_assert_int_eq(descent_file_save(longest, "x", 1), DESCENT_ERROR_IO);
    free(longest);
}
END_TEST

/* Nothing comes to lie there: the second call that opens would make the temporary file. */
START_TEST(the_root_folder_is_one)
{
    if (!disk_can_fail()) {
        return;
    }
    disk_fail_at(DISK_OPEN, 2, EIO);
    ck_assert_int_eq(descent_file_save("/descent-in-the-root", "x", 1), DESCENT_ERROR_IO);
    ck_assert(disk_has_failed(DISK_OPEN));
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "in-the-root: cannot be written"));
}
END_TEST

START_TEST(save_replaces_what_a_link_points_to)
{
    const char *path = scratch_write("pointed-to", "first", 5);
    const char *link = scratch_path("link");
    struct stat about;
    ck_assert_int_eq(symlink("pointed-to", link), 0);
    ck_assert_ok(descent_file_save(link, "second", 6));
    assert_file_holds(path, "second");
    ck_assert_int_eq(lstat(link, &about), 0);
    ck_assert(S_ISLNK(about.st_mode));
    unlink(path);
    assert_save_fails(link, 10);
    ck_assert_int_eq(lstat(link, &about), 0);
}
END_TEST

/* As root, a file could take a device's place for everybody on the machine. */
START_TEST(save_does_not_replace_what_is_no_file)
{
    const char *device = scratch_path("device");
    const char *link = scratch_path("link-to-the-device");
    struct stat about;
    ck_assert_int_eq(mkfifo(device, 0600), 0);
    ck_assert_int_eq(symlink("device", link), 0);
    assert_save_fails(device, 10);
    assert_save_fails(link, 10);
    ck_assert_int_eq(stat(link, &about), 0);
    ck_assert(S_ISFIFO(about.st_mode));
}
END_TEST

START_TEST(a_save_that_fails_midway_leaves_the_earlier_file)
{
    const char *path = scratch_write("kept", "earlier", 7);
    struct rlimit limit = {.rlim_cur = 5000, .rlim_max = RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_save_fails(path, 100000);
    assert_file_holds(path, "earlier");
}
END_TEST

START_TEST(a_name_below_a_file_is_a_missing_file)
{
    scratch_write("plain", "text", 4);
    assert_fails(DESCENT_ERROR_NOT_FOUND, scratch_path("plain/below"), 100, "cannot be opened");
}
END_TEST

static void assert_load_fails_at(enum disk_call call, int error, const char *said)
{
    disk_fail_at(call, 1, error);
    assert_fails(DESCENT_ERROR_IO, scratch_write("plain", "text", 4), SIZE_MAX, said);
    ck_assert(disk_has_failed(call));
}

START_TEST(load_tells_what_the_disk_does)
{
    if (!disk_can_fail()) {
        return;
    }
    const char *path = scratch_write("plain", "text", 4);
    assert_load_fails_at(DISK_OPEN, EACCES, "cannot be opened: Permission denied");
    assert_load_fails_at(DISK_FSTAT, EIO, "cannot be examined: Input/output error");
    assert_load_fails_at(DISK_READ, EIO, "cannot be read: Input/output error");
    assert_load_fails_at(DISK_READ, 0, "expected 4 bytes, found only 0");
    disk_fail_at(DISK_FSTAT, 1, 0);
    assert_fails(DESCENT_ERROR_FORMAT, path, SIZE_MAX, "found 18446744073709551615");
    disk_fail_at(DISK_OPEN, 1, EINTR);
    disk_fail_at(DISK_READ, 1, EINTR);
    assert_file_holds(path, "text");
    ck_assert(disk_has_failed(DISK_OPEN) && disk_has_failed(DISK_READ));
}
END_TEST

/* Calls of which the n-th fails while a file is replaced, for every n; returns how many saves
 * failed. A failure behind the rename is told as well. */
static size_t fail_saves(enum disk_call call, int error)
{
    size_t failed = 0;
    for (size_t n = 1; n < 20; n++) {
        const char *path = scratch_write("replaced", "earlier", 7);
        disk_fail_at(call, n, error);
        descent_status status = descent_file_save(path, "later", 5);
        bool all = !disk_has_failed(call);
        disk_fail_at(call, 0, 0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_IO);
        bool behind = strstr(descent_last_error(), "was written, but") != NULL;
        assert_file_holds(path, status == DESCENT_OK || behind ? "later" : "earlier");
        ck_assert(count_temporaries() == 0 || call == DISK_FSTAT); /* whose one is, is not known */
        ck_assert_ok(descent_file_check(path));
        ck_assert_int_eq(count_temporaries(), 0);
        failed += status != DESCENT_OK;
        if (all) {
            ck_assert_int_eq(status, DESCENT_OK);
            return failed;
        }
    }
    return failed;
}

START_TEST(a_save_fails_with_any_call_and_keeps_a_whole_file)
{
    static const struct {
        enum disk_call call;
        int error;
        size_t failed;
    } cases[] = {{DISK_OPEN, EIO, 2},    {DISK_OPEN, ENOENT, 1},  {DISK_OPEN, EINTR, 0},
                 {DISK_STAT, EIO, 2},    {DISK_STAT, ENOENT, 0},  {DISK_STAT, ENOTDIR, 0},
                 {DISK_FSTAT, EIO, 2},   {DISK_WRITE, ENOSPC, 1}, {DISK_WRITE, 0, 1},
                 {DISK_WRITE, EINTR, 0}, {DISK_SYNC, EIO, 2},     {DISK_SYNC, EINTR, 0},
                 {DISK_CLOSE, EIO, 1},   {DISK_CLOSE, EINTR, 0},  {DISK_RENAME, EIO, 1},
                 {DISK_MODE, EPERM, 1}};
    for (size_t i = 0; i < TEST_COUNT(cases) && disk_can_fail(); i++) {
        size_t failed = fail_saves(cases[i].call, cases[i].error);
        ck_assert_msg(failed >= cases[i].failed && (cases[i].failed > 0 || failed == 0),
                      "case %zu: %zu", i, failed);
    }
}
END_TEST

/* As it may be of a file system that does not know how. */
START_TEST(a_folder_need_not_be_synced)
{
    if (disk_can_fail()) {
        disk_fail_at(DISK_SYNC, 2, EINVAL);
        ck_assert_ok(descent_file_save(scratch_path("unsynced"), "x", 1));
        ck_assert(disk_has_failed(DISK_SYNC));
    }
}
END_TEST

/* The new file gets the old one's group; where it cannot, the group gets what everybody has. */
START_TEST(a_group_that_cannot_be_kept_loses_its_rights)
{
    size_t lost = 0;
    for (size_t n = 1; disk_can_fail() && n < 10; n++) {
        const char *path = scratch_write("of-a-group", "x", 1);
        ck_assert_int_eq(chmod(path, 0664), 0);
        disk_fail_at(DISK_FSTAT, n, 0);
        disk_fail_at(DISK_OWNER, (size_t)_i, EPERM);
        ck_assert_ok(descent_file_save(path, "y", 1));
        lost += disk_has_failed(DISK_OWNER);
        ck_assert_uint_eq(mode_of(path), disk_has_failed(DISK_OWNER) ? 0644 : 0664);
    }
    ck_assert_uint_eq(lost, _i == 1 && disk_can_fail());
}
END_TEST

START_TEST(add_appends_or_says_why_not)
{
    static const struct {
        enum disk_call call;
        int error;
        const char *said;
    } cases[] = {{DISK_OPEN, EIO, "cannot be opened"},
                 {DISK_WRITE, EIO, "cannot be written"},
                 {DISK_CLOSE, EIO, "cannot be closed"}};
    const char *path = scratch_write("log", "a", 1);
    ck_assert_ok(descent_file_add(path, "bc", 2));
    ck_assert_ok(descent_file_add(path, NULL, 0));
    assert_file_holds(path, "abc");
    for (size_t i = 0; i < TEST_COUNT(cases) && disk_can_fail(); i++) {
        disk_fail_at(cases[i].call, 1, cases[i].error);
        ck_assert_int_eq(descent_file_add(path, "", 1), DESCENT_ERROR_IO);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), cases[i].said));
    }
    disk_fail_at(DISK_CLOSE, 1, EINTR);
    ck_assert_ok(descent_file_add(path, "d", 1));
    disk_fail_at(DISK_WRITE, 1, EIO);
    disk_fail_at(DISK_CLOSE, 1, EIO);
    ck_assert(descent_file_add(path, "", 1) == DESCENT_ERROR_IO || !disk_can_fail());
    unlink(path);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(load_gives_all_bytes_and_a_nul),
        TEST_CASE(an_empty_file_loads_as_nothing),
        TEST_CASE(a_large_file_loads_whole),
        TEST_CASE(load_refuses_what_is_beyond_the_limit),
        TEST_CASE(load_refuses_what_is_not_a_file),
        TEST_CASE(load_without_memory_says_so),
        TEST_CASE(save_makes_and_replaces_a_file),
        TEST_CASE(save_works_in_the_current_folder),
        TEST_CASE(a_saved_file_has_the_mode_of_any_new_file),
        TEST_CASE(a_replaced_file_keeps_its_mode),
        TEST_CASE(only_temporary_files_that_were_left_are_removed),
        TEST_CASE(the_longest_names_can_be_saved),
        TEST_CASE(check_tells_what_save_would),
        TEST_CASE(save_needs_a_folder_and_a_name),
        TEST_CASE(the_root_folder_is_one),
        TEST_CASE(save_replaces_what_a_link_points_to),
        TEST_CASE(save_does_not_replace_what_is_no_file),
        TEST_CASE(a_save_that_fails_midway_leaves_the_earlier_file),
        TEST_CASE(a_name_below_a_file_is_a_missing_file),
        TEST_CASE(load_tells_what_the_disk_does),
        TEST_CASE(a_save_fails_with_any_call_and_keeps_a_whole_file),
        TEST_CASE(a_folder_need_not_be_synced),
        TEST_LOOP(a_group_that_cannot_be_kept_loses_its_rights, 2),
        TEST_CASE(add_appends_or_says_why_not),
    };
    scratch_begin();
    int result = run_tests("file", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}
