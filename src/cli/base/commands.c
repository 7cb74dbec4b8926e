/*
 * The table of commands.
 */
#include "cli/base/cli.h"
#include "cli/base/nearest.h"
#include "cli/base/text.h"

#include <string.h>

#define COMMAND(name, function, summary)                                                           \
    {                                                                                              \
        name, summary, function##_options, function                                                \
    }

const struct command COMMANDS[] = {
    COMMAND("train", command_train, "Trains a network; writes a run folder"),
    COMMAND("evaluate", command_evaluate, "Reports how good a model is on a data set"),
    COMMAND("convert", command_convert, "Writes any data as IDX files or as CSV"),
    COMMAND("predict", command_predict, "Predicts classes or numbers for images or rows"),
    COMMAND("export", command_export, "Writes a model as C, ONNX or a page"),
    COMMAND("inspect", command_inspect, "Shows what a model, checkpoint, run or data set holds"),
    COMMAND("data", command_data, "Lists the data sets that can be given by name"),
    COMMAND("bench", command_bench, "Measures the speed of training against its matrix products"),
    COMMAND("plot", command_plot, "Draws the curves of runs, a benchmark, or a study"),
    COMMAND("runs", command_runs, "Lists runs with what differs between them, the best first"),
    COMMAND("sweep", command_sweep, "Trains many networks, and compares what differs"),
    COMMAND("compare", command_compare,
            "Tells whether settings differ by more than their seeds do"),
    COMMAND("doctor", command_doctor, "Checks a run and its layers for the usual mistakes"),
    COMMAND("find-lr", command_find_lr, "Searches for a good learning rate by a range test"),
    COMMAND("sharpness", command_sharpness,
            "Measures the curvature of the loss, which limits the step"),
    COMMAND("walk", command_walk, "Descends a function of one or two variables, step by step"),
    COMMAND("check-gradient", command_check_gradient,
            "Compares the gradient with differences of the loss"),
    COMMAND("completions", command_completions, "Prints what a shell needs to complete options"),
    {NULL, NULL, NULL, NULL},
};

static enum exit_status fail_unknown(const char *text)
{
    char asked[TEXT_SIZE * 3] = "";
    descent_nearest nearest = descent_nearest_to(text);
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        descent_nearest_offer(&nearest, command->name);
    }
    descent_nearest_offer(&nearest, "help");
    descent_nearest_offer(&nearest, "version");
    descent_nearest_offer(&nearest, "--help");
    descent_nearest_offer(&nearest, "--version");
    nearest_ask(asked, sizeof asked, &nearest, "");
    return cli_usage("unknown %s \"%s\"%s", text[0] == '-' ? "option" : "command", text, asked);
}

enum exit_status command_find(const struct command **found, const char *text)
{
    char list[256] = "";
    size_t count = 0;
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
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
