/*
 * What a progress bar says may hold names of others, which command no terminal.
 */
#include "cli/base/progress.h"
#include "harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ESC, BEL, an end of a line, C1 as UTF-8 and as a byte, and a change of direction. */
static const char HOSTILE[] = "a\033]0;t\007b\nc\302\2332Jd\233e\342\200\256f\342\200\254";
static const char HARMLESS[] = "a?]0;t?b?c??2Jd?e???f???";

/* What the words and their end become on stderr, which for a while is that file. */
static void draw(char *drawn, size_t size, int file, bool terminal)
{
    const char *const afters[] = {HOSTILE, NULL};
    struct progress progress = {.terminal = terminal};
    fflush(stderr);
    int before = dup(STDERR_FILENO);
    ck_assert_int_ge(before, 0);
    ck_assert_int_ge(dup2(file, STDERR_FILENO), 0);
    progress_draw_words(&progress, 0.0, HOSTILE, 0.5, afters);
    fflush(stderr);
    ck_assert_int_ge(dup2(before, STDERR_FILENO), 0);
    close(before);
    ck_assert_int_eq(lseek(file, 0, SEEK_SET), 0);
    ssize_t got = read(file, drawn, size - 1);
    ck_assert_int_gt(got, 0);
    drawn[got] = '\0';
}

START_TEST(words_are_harmless)
{
    for (int terminal = 0; terminal <= 1; terminal++) {
        char drawn[512], *text = drawn;
        FILE *file = tmpfile();
        ck_assert_ptr_nonnull(file);
        draw(drawn, sizeof drawn, fileno(file), terminal == 1);
        fclose(file);
        if (terminal == 1) { /* the bar's own sequence, and no end of a line */
            ck_assert_int_eq(strncmp(drawn, "\r\033[K", 4), 0);
            text += 4;
        } else {
            ck_assert_int_eq(text[strlen(text) - 1], '\n');
            text[strlen(text) - 1] = '\0';
        }
        ck_assert_int_eq(strncmp(text, HARMLESS, strlen(HARMLESS)), 0);
        ck_assert_str_eq(text + strlen(text) - strlen(HARMLESS), HARMLESS);
        for (; *text != '\0'; text++) {
            ck_assert_msg(*text >= ' ' && *text <= '~', "%d", *text);
        }
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {TEST_CASE(words_are_harmless)};
    return run_tests("progress_words", cases, TEST_COUNT(cases));
}
