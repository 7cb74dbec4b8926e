/*
 * What every command shares: exit statuses, the table of commands, and how failures are reported.
 */
#ifndef DESCENT_CLI_H
#define DESCENT_CLI_H

#include <descent/status.h>
#include <stdbool.h>
#include <stdio.h>

/* The last four are those of a shell: 128 + SIGHUP, SIGINT, SIGTERM, SIGXCPU. */
enum exit_status {
    DONE = 0,
    FAILED = 1,
    USAGE = 2,
    HUNG_UP = 129,
    INTERRUPTED = 130,
    TERMINATED = 143,
    OUT_OF_TIME = 152
};

/* Leaves a function with the status of a call that is not DONE. What must be freed or closed on the
 * way belongs to the caller of such a function. */
#define CLI_TRY(call)                                                                              \
    do {                                                                                           \
        enum exit_status cli_try_status = (call);                                                  \
        if (cli_try_status != DONE) {                                                              \
            return cli_try_status;                                                                 \
        }                                                                                          \
    } while (0)

/* The same for a call of the library, whose failure is reported; and for a function that itself
 * returns the library's status. */
#define CLI_TRY_LIBRARY(call) CLI_TRY(cli_library(call))
#define LIBRARY_TRY(call)                                                                          \
    do {                                                                                           \
        descent_status library_try_status = (call);                                                \
        if (library_try_status != DESCENT_OK) {                                                    \
            return library_try_status;                                                             \
        }                                                                                          \
    } while (0)

struct option_table;

/* One row of the table of commands: argv[0] is the command's name. */
struct command {
    const char *name;
    const char *summary; /* a sentence without its full stop */
    const struct option_table *(*options)(void);
    enum exit_status (*run)(int argc, const char **argv);
};

/* All of them; the last one's name is NULL. */
extern const struct command COMMANDS[];

/* The command of that name, or the only one whose name begins so. USAGE where none or several may
 * be meant. */
enum exit_status command_find(const struct command **found, const char *text);

enum exit_status command_train(int argc, const char **argv);
enum exit_status command_evaluate(int argc, const char **argv);
enum exit_status command_convert(int argc, const char **argv);
enum exit_status command_export(int argc, const char **argv);
enum exit_status command_inspect(int argc, const char **argv);
enum exit_status command_bench(int argc, const char **argv);
enum exit_status command_doctor(int argc, const char **argv);
enum exit_status command_find_lr(int argc, const char **argv);
enum exit_status command_predict(int argc, const char **argv);
enum exit_status command_plot(int argc, const char **argv);
enum exit_status command_runs(int argc, const char **argv);
enum exit_status command_walk(int argc, const char **argv);
enum exit_status command_data(int argc, const char **argv);
enum exit_status command_sharpness(int argc, const char **argv);
enum exit_status command_sweep(int argc, const char **argv);
enum exit_status command_compare(int argc, const char **argv);
enum exit_status command_check_gradient(int argc, const char **argv);
enum exit_status command_completions(int argc, const char **argv);

/* Their options. */
const struct option_table *command_train_options(void);
const struct option_table *command_evaluate_options(void);
const struct option_table *command_convert_options(void);
const struct option_table *command_export_options(void);
const struct option_table *command_inspect_options(void);
const struct option_table *command_bench_options(void);
const struct option_table *command_doctor_options(void);
const struct option_table *command_find_lr_options(void);
const struct option_table *command_predict_options(void);
const struct option_table *command_plot_options(void);
const struct option_table *command_runs_options(void);
const struct option_table *command_walk_options(void);
const struct option_table *command_data_options(void);
const struct option_table *command_sharpness_options(void);
const struct option_table *command_sweep_options(void);
const struct option_table *command_compare_options(void);
const struct option_table *command_check_gradient_options(void);
const struct option_table *command_completions_options(void);

/* From here on all messages are kept as well, line by line, in memory; NULL: no more. */
void cli_keep_messages(FILE *memory);

/* From here on they are added to the end of a file, behind a text. Where that fails it is told
 * once, and the command has failed in the end, though it goes on. The path is borrowed. */
void cli_keep_messages_in(const char *path, const char *text);
void cli_keep_message(const char *text);

/* From here on, messages that begin with "./" are about files in this folder, which the process has
 * made its own, and name it so. The folder is borrowed. */
void cli_enter(const char *folder);

/* Notes the command that runs, for its usage errors and its help. */
void cli_start(const struct command *command);
const struct command *cli_running(void);

/* Print one line "descent: …" on stderr, whatever names it mentions; FAILED, or USAGE where the
 * line ends in the command's help. */
enum exit_status cli_fail(enum exit_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#define cli_failed(...) cli_fail(FAILED, __VA_ARGS__)
#define cli_usage(...) cli_fail(USAGE, __VA_ARGS__)

/* The same with the library's line about its last failure; the second where the status is one. */
enum exit_status cli_library_failed(void);
enum exit_status cli_library(descent_status status);

/* MEMORY, for functions with the library's statuses that are not its own: cli_library() then says
 * so, where the library would have a line. */
descent_status cli_no_memory(void);

/* The last failure that the second was given; OK where there was none. */
descent_status cli_library_failure(void);

/* FAILED where something could not be read that the command went on without: before it shows or
 * writes what would lack that. What is left out since it is broken is no failure. */
enum exit_status cli_check_whole(void);

/* The status to exit with: a full disk behind a redirection must not look like success. */
enum exit_status cli_finish(enum exit_status status);

#endif
