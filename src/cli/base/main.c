/*
 * descent: the table of commands, and the options that stand in place of one.
 */
#include "cli/base/cli.h"
#include "cli/base/nearest.h"
#include "cli/base/text.h"

#include <descent/api.h>

#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    {"train", "Trains a network; writes a run folder", command_train},
    {"evaluate", "Reports how good a model is on a data set", command_evaluate},
    {"convert", "Writes any data as IDX files or as CSV", command_convert},
    {"predict", "Predicts classes or numbers for images or rows", command_predict},
    {"inspect", "Shows what a model, checkpoint, run or data set holds", command_inspect},
    {"data", "Lists the data sets that can be given by name", command_data},
    {"bench", "Measures the speed of training against its matrix products", command_bench},
    {"plot", "Draws the curves of one or several runs", command_plot},
    {"doctor", "Checks a run and its layers for the usual mistakes", command_doctor},
    {"find-lr", "Searches for a good learning rate by a range test", command_find_lr},
    {"walk", "Descends a function of one or two variables, step by step", command_walk},
    {"check-gradient", "Compares the gradient with differences of the loss",
     command_check_gradient},
    {NULL, NULL, NULL},
};

static void print_help(FILE *out)
{
    fputs("Usage: descent COMMAND [OPTIONS]\n"
          "\n"
          "Trains dense neural networks by minibatch gradient descent.\n"
          "\n"
          "Commands:\n",
          out);
    for (const struct command *command = commands; command->name != NULL; command++) {
        fprintf(out, "  %-14s  %s\n", command->name, command->summary);
    }
    fputs("\n"
          "  -h, --help     Show this help and exit\n"
          "  -V, --version  Show the version and exit\n"
          "\n"
          "descent COMMAND --help, or descent help COMMAND, shows a command's options.\n"
          "Options and commands may be cut short where that leaves one (--act, eval).\n"
          "Example: descent train digits\n",
          out);
}

static enum exit_status fail_unknown(const char *text)
{
    char asked[TEXT_SIZE * 3] = "";
    struct nearest nearest = nearest_to(text);
    for (const struct command *command = commands; command->name != NULL; command++) {
        nearest_offer(&nearest, command->name);
    }
    nearest_offer(&nearest, "--help");
    nearest_offer(&nearest, "--version");
    nearest_ask(asked, sizeof asked, &nearest, "");
    return cli_usage("unknown %s \"%s\"%s", text[0] == '-' ? "option" : "command", text, asked);
}

/* The command of that name, or the only one whose name begins so. */
static enum exit_status find_command(const struct command **found, const char *text)
{
    char list[256] = "";
    size_t count = 0;
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strcmp(text, command->name) == 0) {
            *found = command;
            return DONE;
        }
        if (text[0] != '\0' && strncmp(text, command->name, strlen(text)) == 0) {
            text_append(list, sizeof list, "%s%s", count++ == 0 ? "" : ", ", command->name);
            *found = command;
        }
    }
    return count == 0 ? fail_unknown(text)
           : count == 1
               ? DONE
               : cli_usage("\"%s\": expected one command, found the beginning of %s", text, list);
}

static enum exit_status run_command(int argc, const char **argv)
{
    const struct command *command = NULL;
    CLI_TRY(find_command(&command, argv[0]));
    cli_start(command);
    argv[0] = command->name;
    return command->run(argc, argv);
}

static enum exit_status help(const char *name)
{
    const char *argv[] = {name, "--help", NULL};
    if (name == NULL) {
        print_help(stdout);
        return DONE;
    }
    return run_command(2, argv);
}

/* Whether an argument is an option, or its name as a command. */
static bool is_option(const char *argument, const char *brief, const char *full)
{
    return strcmp(argument, brief) == 0 || strcmp(argument, full) == 0 ||
           strcmp(argument, full + 2) == 0;
}

static enum exit_status run(int argc, const char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return USAGE;
    }
    if (is_option(argv[1], "-h", "--help")) {
        return help(argv[2]);
    }
    if (is_option(argv[1], "-V", "--version")) {
        printf("descent %s\n", DESCENT_VERSION);
        return DONE;
    }
    return run_command(argc - 1, argv + 1);
}

/* OpenBLAS asks this of itself when it is loaded, before main(), and would start threads of its own
 * that nobody uses. */
__attribute__((visibility("default"), weak)) int openblas_num_threads_env(void)
{
    return 1;
}

int main(int argc, char **argv)
{
    return (int)cli_finish(run(argc, (const char **)argv));
}
