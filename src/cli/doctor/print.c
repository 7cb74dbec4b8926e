/*
 * What the doctor saw: what the run is, what is wrong with it, and its layers.
 */
#include "cli/doctor/doctor.h"

#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void add_data(struct table *table, const struct doctor *doctor)
{
    const struct train_data *data = &doctor->training.data;
    char samples[TEXT_SIZE], count[TEXT_SIZE], held[64] = "";
    if (doctor->left_out[0] != '\0') {
        table_add(table, "left out, as are inputs, units, gradient and updates: %s",
                  doctor->left_out);
        return;
    }
    if (data->validation != NULL) {
        snprintf(held, sizeof held, " and %s validation",
                 text_count(count, descent_dataset_count(data->validation)));
    }
    table_add(table, "%s: %s training%s samples", data->name,
              text_count(samples, descent_dataset_count(data->train)), held);
}

static enum exit_status print_head(const struct doctor *doctor)
{
    const struct training *training = &doctor->training;
    const struct train_options *options = &training->options;
    const descent_checkpoint *checkpoint = training->checkpoint;
    const descent_model *model = descent_checkpoint_model(checkpoint);
    const descent_progress *done = train_progress(training);
    char network[TRAIN_DESCRIPTION_SIZE], reason[PATH_MAX + 128];
    char parameters[TEXT_SIZE], batch[TEXT_SIZE], steps[TEXT_SIZE], next[2 * TEXT_SIZE];
    struct table table = {.alignment = "ll"};
    descent_model_describe(model, network, sizeof network);
    doctor_stop_describe(doctor, reason, sizeof reason);
    table_add(&table, "run");
    table_add(&table, "%s, seed %ju", training->run.folder, (uintmax_t)options->seed);
    table_add(&table, "data");
    add_data(&table, doctor);
    table_add(&table, "network");
    table_add(&table, "%s, %s parameters", network,
              text_count(parameters, descent_model_parameter_count(model)));
    table_add(&table, "optimizer");
    table_add(&table, "%s, weight decay %g, batch %s",
              descent_optimizer_name((descent_optimizer_kind)options->optimizer),
              options->weight_decay,
              strcmp(options->batch_schedule, "none") != 0 ? options->batch_schedule
              : options->batch == 0                        ? "full"
                                                           : text_count(batch, options->batch));
    table_add(&table, "schedule");
    snprintf(next, sizeof next, ", %.4g in the next step", doctor->rate);
    table_add(&table, "%s, highest learning rate %.4g%s",
              descent_schedule_name(descent_checkpoint_schedule(checkpoint)->kind),
              doctor->highest_rate, doctor->ended ? ", has ended" : next);
    table_add(&table, "epochs done");
    table_add(&table, "%ju (%s steps), best epoch %ju", (uintmax_t)done->epoch,
              text_count(steps, descent_checkpoint_steps(checkpoint)), (uintmax_t)done->best_epoch);
    table_add(&table, "stopped");
    table_add(&table, "%s", reason);
    return table_print(&table);
}

static void print_findings(const struct doctor *doctor)
{
    size_t rows = doctor->training.facts.history.rows, epochs = rows > 0 ? rows - 1 : 0;
    putchar('\n');
    for (size_t i = 0; i < doctor->findings; i++) {
        lines_print(stdout, "warning: %s", doctor->finding[i].text);
    }
    if (doctor->findings == 0) {
        lines_print(stdout, "No problems found. Checked: the figures of %zu epoch%s%s.", epochs,
                    epochs == 1 ? "" : "s",
                    doctor->left_out[0] == '\0' ? ", data, units, gradient and updates" : "");
    }
    putchar('\n');
}

static void write_shape(char *text, size_t size, const void *row)
{
    const struct doctor_layer *layer = row;
    snprintf(text, size, "%zu x %zu", layer->outputs, layer->inputs);
}

static const char *whole_percent(char text[TEXT_SIZE], double share)
{
    snprintf(text, TEXT_SIZE, isnan(share) ? "-" : "%.0f %%", 100.0 * share);
    return text;
}

#define AT(kind, member) RECORD_MEMBER(kind, struct doctor_layer, member)

static const struct record_field layer_fields[] = {
    {"layer", AT(SIZE, number), .heading = "layer"},
    {"inputs", AT(SIZE, inputs)},
    {"outputs", AT(SIZE, outputs), .heading = "shape", .cell = write_shape, .align = 'l'},
    {"activation", AT(TEXT, activation)}, /* those of the table are told with the network */
    {"weight_norm", AT(NUMBER, norm), .heading = "weights", .format = "%.4g"},
    {"weight_rms", AT(NUMBER, rms), .heading = "rms", .format = "%.3g"},
    {"gradient_norm", AT(NUMBER, gradient), .heading = "gradient", .format = "%.3g"},
    {"update_ratio", AT(NUMBER, update), .heading = "update", .format = "%.2g"},
    {"update_ratio_highest", AT(NUMBER, highest), .heading = "at most", .format = "%.2g"},
    {"dead", AT(NUMBER, dead), .heading = "dead", .text = whole_percent},
    {"saturated", AT(NUMBER, saturated), .heading = "saturated", .text = whole_percent},
};

static const struct record LAYER = RECORD(struct doctor_layer, layer_fields);

static void print_notes(const struct doctor *doctor)
{
    const struct training *training = &doctor->training;
    putchar('\n');
    lines_print(stdout,
                "weights    L2 norm, biases included; rms is the root of their mean square");
    if (doctor->left_out[0] != '\0') {
        return;
    }
    char samples[TEXT_SIZE];
    lines_print(
        stdout,
        "gradient   norm over all %s training samples, without dropout and augmentation\n"
        "update     what the run's next step changes, as a share of the weights, with its "
        "learning rate of %.3g%s; at most, with %.3g, the schedule's highest; 0.001 is usual "
        "(Karpathy, https://cs231n.github.io/neural-networks-3/#ratio)\n"
        "dead       units that are zero on all samples (the first 4,096)\n"
        "saturated  outputs at an end of the range of tanh or the sigmoid, on the same samples",
        text_count(samples, descent_dataset_count(training->data.train)), doctor->rate,
        doctor->ended ? " (the schedule has ended)" : "", doctor->highest_rate);
}

static enum exit_status print_text(const struct doctor *doctor)
{
    CLI_TRY(print_head(doctor));
    print_findings(doctor);
    CLI_TRY(record_print(&LAYER, doctor->layer, doctor->layers));
    print_notes(doctor);
    return DONE;
}

static const struct record_field finding_fields[] = {
    {"name", RECORD_MEMBER(TEXT, struct checkup_finding, name)},
    {"text", RECORD_MEMBER(CHARS, struct checkup_finding, text)},
};

static const struct record FINDING = RECORD(struct checkup_finding, finding_fields);

static enum exit_status print_json(const struct doctor *doctor)
{
    const struct training *training = &doctor->training;
    const struct train_options *options = &training->options;
    char network[TRAIN_DESCRIPTION_SIZE];
    descent_model_describe(descent_checkpoint_model(training->checkpoint), network, sizeof network);
    const char *left_out = doctor->left_out[0] != '\0' ? doctor->left_out : NULL;
    return cli_print_json(
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:f, s:f, s:I, s:I, s:s?, s:s?, s:o, s:o}", "run",
                  training->run.folder, "network", network, "optimizer",
                  descent_optimizer_name((descent_optimizer_kind)options->optimizer), "schedule",
                  descent_schedule_name(descent_checkpoint_schedule(training->checkpoint)->kind),
                  "schedule_ended", (int)doctor->ended, "learning_rate", doctor->rate,
                  "learning_rate_highest", doctor->highest_rate, "epochs",
                  (json_int_t)train_progress(training)->epoch, "steps",
                  (json_int_t)descent_checkpoint_steps(training->checkpoint), TRAIN_CONFIG_STOP,
                  doctor_stop_name(doctor), "left_out", left_out, "findings",
                  record_array(&FINDING, doctor->finding, doctor->findings), "layers",
                  record_array(&LAYER, doctor->layer, doctor->layers)));
}

enum exit_status doctor_print(const struct doctor *doctor)
{
    return (doctor->json ? print_json : print_text)(doctor);
}
