/*
 * What the doctor saw, for people: what the run is, what is wrong with it, and its layers.
 */
#include "cli/doctor/doctor.h"

#include "cli/base/table.h"
#include "cli/base/text.h"

#include <math.h>
#include <stdio.h>

static void add_data(struct table *table, const struct doctor *doctor)
{
    const struct train_data *data = &doctor->training.data;
    char samples[TEXT_SIZE], held[TEXT_SIZE];
    table_add(table, "data");
    if (doctor->left_out[0] != '\0') {
        table_add(table, "left out, and with it inputs, units, gradient and updates: %s",
                  doctor->left_out);
    } else if (data->validation != NULL) {
        table_add(table, "%s: %s training and %s validation samples", data->name,
                  text_count(samples, descent_dataset_count(data->train)),
                  text_count(held, descent_dataset_count(data->validation)));
    } else {
        table_add(table, "%s: %s training samples", data->name,
                  text_count(samples, descent_dataset_count(data->train)));
    }
}

static void add_network(struct table *table, const struct doctor *doctor)
{
    const descent_model *model = descent_checkpoint_model(doctor->training.checkpoint);
    char description[TRAIN_DESCRIPTION_SIZE], parameters[TEXT_SIZE];
    descent_model_describe(model, description, sizeof description);
    table_add(table, "network");
    table_add(table, "%s, %s parameters", description,
              text_count(parameters, descent_model_parameter_count(model)));
}

static void add_training(struct table *table, const struct doctor *doctor)
{
    const struct training *training = &doctor->training;
    const struct train_options *options = &training->options;
    char batch[TEXT_SIZE];
    table_add(table, "optimizer");
    table_add(table, "%s, weight decay %g, batch %s",
              descent_optimizer_name((descent_optimizer_kind)options->optimizer),
              options->weight_decay,
              options->batch == 0 ? "full" : text_count(batch, options->batch));
    table_add(table, "schedule");
    table_add(table, "%s, highest learning rate %.4g, in the next step %.4g%s",
              descent_schedule_name(training->schedule.kind), doctor->highest_rate, doctor->rate,
              doctor->ended ? ": it has ended" : "");
}

static void add_progress(struct table *table, const struct doctor *doctor)
{
    const struct training *training = &doctor->training;
    const descent_progress *done = &training->done;
    char steps[TEXT_SIZE], reason[PATH_MAX + 128];
    doctor_stop_describe(doctor, reason, sizeof reason);
    table_add(table, "epochs done");
    table_add(table, "%ju (%s steps), best epoch %ju", (uintmax_t)done->epoch,
              text_count(steps, descent_checkpoint_steps(training->checkpoint)),
              (uintmax_t)done->best_epoch);
    table_add(table, "stopped");
    table_add(table, "%s", reason);
}

static enum exit_status print_head(const struct doctor *doctor)
{
    struct table table = {.alignment = "ll"};
    table_add(&table, "run");
    table_add(&table, "%s, seed %ju", doctor->training.run.folder,
              (uintmax_t)doctor->training.options.seed);
    add_data(&table, doctor);
    add_network(&table, doctor);
    add_training(&table, doctor);
    add_progress(&table, doctor);
    return table_print(&table);
}

static void print_findings(const struct doctor *doctor)
{
    size_t rows = doctor->training.facts.history.rows, epochs = rows > 0 ? rows - 1 : 0;
    putchar('\n');
    for (size_t i = 0; i < doctor->findings; i++) {
        printf("warning: %s\n", doctor->finding[i].text);
    }
    if (doctor->findings == 0) {
        printf("Nothing wrong was found. Looked at: the figures of %zu epoch%s%s.\n", epochs,
               epochs == 1 ? "" : "s",
               doctor->left_out[0] == '\0' ? ", data, units, gradient and updates" : "");
    }
    putchar('\n');
}

/* A number of so many digits, or a dash where it is not known. */
static void add_number(struct table *table, const char *format, double number)
    __attribute__((format(printf, 2, 0)));

static void add_number(struct table *table, const char *format, double number)
{
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, format, number);
    table_add(table, "%s", isnan(number) ? "-" : text);
}

static void add_layer(struct table *table, const struct doctor *doctor, size_t l)
{
    const struct doctor_layer *layer = &doctor->layer[l];
    descent_layer shape =
        descent_model_layer(descent_checkpoint_model(doctor->training.checkpoint), l);
    table_add(table, "%zu", l + 1);
    table_add(table, "%zu x %zu", shape.outputs, shape.inputs);
    table_add(table, "%s", descent_activation_name(shape.activation));
    add_number(table, "%.4g", layer->norm);
    add_number(table, "%.3g", layer->rms);
    add_number(table, "%.3g", layer->gradient);
    add_number(table, "%.2g", layer->update);
    add_number(table, "%.2g", layer->highest);
    add_number(table, "%.0f %%", 100.0 * layer->dead);
    add_number(table, "%.0f %%", 100.0 * layer->saturated);
}

static enum exit_status print_layers(const struct doctor *doctor)
{
    char highest[TEXT_SIZE];
    snprintf(highest, sizeof highest, "at rate %.3g", doctor->highest_rate);
    const char *const headings[] = {"layer",    "shape",  "activation", "weights", "rms",
                                    "gradient", "update", highest,      "dead",    "saturated"};
    struct table table = {.alignment = "rllrrrrrrr"};
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
        table_add(&table, "%s", headings[i]);
    }
    for (size_t l = 0; l < doctor->layers; l++) {
        add_layer(&table, doctor, l);
    }
    return table_print(&table);
}

static void print_notes(const struct doctor *doctor)
{
    const struct training *training = &doctor->training;
    printf("\nweights   L2 norm, biases included; rms is the root of their mean square\n");
    if (doctor->left_out[0] != '\0') {
        return;
    }
    char samples[TEXT_SIZE];
    printf(
        "gradient  norm over all %s training samples, without dropout and augmentation\n"
        "update    what the run's next step changes, as a share of the weights: at its learning\n"
        "          rate, %.3g%s, and at the schedule's highest;\n"
        "          0.001 is usual (Karpathy, https://cs231n.github.io/neural-networks-3/#ratio)\n"
        "dead      units that are zero on all of the first samples, up to 4,096\n"
        "saturated outputs at an end of the range of tanh or the sigmoid, on the same samples\n",
        text_count(samples, descent_dataset_count(training->data.train)), doctor->rate,
        doctor->ended ? " (the schedule has ended)" : "");
}

enum exit_status doctor_print_text(const struct doctor *doctor)
{
    enum exit_status status = print_head(doctor);
    if (status == DONE) {
        print_findings(doctor);
        status = print_layers(doctor);
    }
    if (status == DONE) {
        print_notes(doctor);
    }
    return status;
}
