/*
 * Looks into checkpoints: how far the run has come, and with what.
 */
#include "cli/base/controls.h"
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/inspect/inspect.h"

#include <descent/fit.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of the optimizer's state for each parameter. */
static size_t count_slots(const descent_safetensors *file)
{
    size_t slots = 0;
    for (size_t i = 0; i < descent_safetensors_count(file); i++) {
        const char *name = descent_safetensors_tensor(file, i)->name;
        slots += strncmp(name, "optimizer.", strlen("optimizer.")) == 0;
    }
    return slots;
}

static void print_progress(const descent_checkpoint *checkpoint)
{
    const descent_progress *progress = descent_checkpoint_progress(checkpoint);
    char steps[TEXT_SIZE], samples[TEXT_SIZE];
    lines_print(stdout, "epochs done    %ju (%s steps, %s samples seen)",
                (uintmax_t)progress->epoch, text_count(steps, descent_checkpoint_steps(checkpoint)),
                text_count(samples, progress->samples));
    if (isfinite(progress->best_loss)) {
        lines_print(
            stdout, "best epoch     %ju, validation loss %.6f; none better in %ju epochs since",
            (uintmax_t)progress->best_epoch, progress->best_loss, (uintmax_t)progress->bad_epochs);
    } else {
        puts("best epoch     not known: no validation yet");
    }
    if (progress->part.samples > 0) {
        printf("epoch begun    %s samples of it seen\n",
               text_count(samples, progress->part.samples));
    }
}

static double next_rate(const descent_checkpoint *checkpoint)
{
    return descent_fit_rate(descent_checkpoint_schedule(checkpoint),
                            descent_checkpoint_progress(checkpoint),
                            descent_checkpoint_steps(checkpoint));
}

static void print_schedule(const descent_checkpoint *checkpoint)
{
    const descent_schedule *schedule = descent_checkpoint_schedule(checkpoint);
    uint64_t recoveries = descent_checkpoint_progress(checkpoint)->recoveries;
    lines_print(stdout, "schedule       %s, from %g to %g over %ju steps, %ju of them warm-up",
                descent_schedule_name(schedule->kind), schedule->lr, schedule->lr_final,
                (uintmax_t)schedule->steps, (uintmax_t)schedule->warmup);
    printf("learning rate  %.6g in the next step\n", next_rate(checkpoint));
    if (recoveries > 0) {
        printf("recoveries     %ju, which leave %g of the schedule's rates\n",
               (uintmax_t)recoveries, descent_recovery_factor(recoveries));
    }
}

/* The configuration as the object that it is; text that is no JSON stays a string. */
static json_t *config_json(const descent_checkpoint *checkpoint)
{
    const char *text = descent_checkpoint_config(checkpoint);
    json_t *config = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    return config != NULL ? config : json_string(text);
}

/* Those of earlier versions do not say it: they had one. */
static const char *engine_in(const json_t *config)
{
    const json_t *engine = json_object_get(json_object_get(config, "options"), "engine");
    return json_is_string(engine) ? json_string_value(engine) : "blas";
}

static void print_engine(const descent_checkpoint *checkpoint)
{
    char name[TEXT_SIZE];
    json_t *config = config_json(checkpoint);
    text_cut(name, sizeof name, engine_in(config));
    controls_remove(name);
    printf("engine         %s\n", name);
    json_decref(config);
}

static void print_overview(const char *path, const descent_checkpoint *checkpoint,
                           const descent_safetensors *file)
{
    const descent_model *model = descent_checkpoint_model(checkpoint);
    char architecture[512], parameters[TEXT_SIZE];
    descent_model_describe(model, architecture, sizeof architecture);
    lines_print_one(stdout, "%s: checkpoint, checksum verified", path);
    lines_print(stdout, "architecture   %s, %s parameters", architecture,
                text_count(parameters, descent_model_parameter_count(model)));
    print_engine(checkpoint);
    print_progress(checkpoint);
    printf("optimizer      %s, %zu numbers of state a parameter\n",
           descent_safetensors_metadata(file, "optimizer"), count_slots(file));
    print_schedule(checkpoint);
}

static enum exit_status print_weights(const char *title, const descent_model *model)
{
    if (model == NULL) {
        return DONE;
    }
    struct tensor_list tensors;
    enum exit_status status = tensor_list_of_model(&tensors, model);
    if (status == DONE) {
        printf("\n%s\n", title);
        status = tensor_list_print(&tensors);
    }
    free(tensors.rows);
    return status;
}

static enum exit_status print_checkpoint(const char *path, const descent_checkpoint *checkpoint,
                                         const descent_safetensors *file)
{
    struct table table = {.alignment = "l"};
    print_overview(path, checkpoint, file);
    CLI_TRY(print_weights("last weights", descent_checkpoint_model(checkpoint)));
    CLI_TRY(print_weights("best weights", descent_checkpoint_best(checkpoint)));
    inspect_add_text(&table, descent_checkpoint_config(checkpoint));
    printf("\nconfiguration\n");
    return table_print(&table);
}

/* null where there is no such model; NULL where memory is out. */
static json_t *weights_json(const descent_model *model)
{
    struct tensor_list tensors;
    if (model == NULL) {
        return json_null();
    }
    if (tensor_list_of_model(&tensors, model) != DONE) {
        return NULL;
    }
    json_t *array = tensor_list_json(&tensors);
    free(tensors.rows);
    return array;
}

static json_t *schedule_json(const descent_checkpoint *checkpoint)
{
    const descent_schedule *schedule = descent_checkpoint_schedule(checkpoint);
    return json_pack("{s:s, s:f, s:f, s:I, s:I, s:f}", "kind",
                     descent_schedule_name(schedule->kind), "lr", schedule->lr, "lr_final",
                     schedule->lr_final, "warmup", (json_int_t)schedule->warmup, "steps",
                     (json_int_t)schedule->steps, "learning_rate", next_rate(checkpoint));
}

static json_t *checkpoint_json(const char *path, const descent_checkpoint *checkpoint,
                               const descent_safetensors *file)
{
    const descent_progress *progress = descent_checkpoint_progress(checkpoint);
    const descent_model *model = descent_checkpoint_model(checkpoint);
    char architecture[512];
    json_t *config = config_json(checkpoint);
    descent_model_describe(model, architecture, sizeof architecture);
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:s, s:I, s:o, s:o, "
        "s:o, "
        "s:o}",
        "kind", "checkpoint", "file", path, "architecture", architecture, "engine",
        engine_in(config), "parameters", (json_int_t)descent_model_parameter_count(model), "epoch",
        (json_int_t)progress->epoch, "step", (json_int_t)descent_checkpoint_steps(checkpoint),
        "samples", (json_int_t)progress->samples, "part_samples",
        (json_int_t)progress->part.samples, "recoveries", (json_int_t)progress->recoveries,
        "best_epoch", (json_int_t)progress->best_epoch, "best_loss",
        cli_json_number(progress->best_loss), "bad_epochs", (json_int_t)progress->bad_epochs,
        "optimizer", descent_safetensors_metadata(file, "optimizer"), "optimizer_slots",
        (json_int_t)count_slots(file), "schedule", schedule_json(checkpoint), "last",
        weights_json(model), "best", weights_json(descent_checkpoint_best(checkpoint)), "config",
        config);
}

enum exit_status inspect_checkpoint(const char *path, const descent_safetensors *file,
                                    json_t **json)
{
    descent_checkpoint *checkpoint;
    CLI_TRY_LIBRARY(descent_checkpoint_load(&checkpoint, path));
    enum exit_status status = DONE;
    if (json != NULL) {
        *json = checkpoint_json(path, checkpoint, file);
    } else {
        status = print_checkpoint(path, checkpoint, file);
    }
    descent_checkpoint_destroy(checkpoint);
    return status;
}
