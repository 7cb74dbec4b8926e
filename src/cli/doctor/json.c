/*
 * What the doctor saw, as one JSON object.
 */
#include "cli/doctor/doctor.h"

#include "cli/base/record.h"

static json_t *findings_to_json(const struct doctor *doctor)
{
    json_t *array = json_array();
    for (size_t i = 0; i < doctor->findings; i++) {
        const struct doctor_finding *finding = &doctor->finding[i];
        json_array_append_new(
            array, json_pack("{s:s, s:s}", "name", finding->name, "text", finding->text));
    }
    return array;
}

static json_t *layers_to_json(const struct doctor *doctor)
{
    const descent_model *model = descent_checkpoint_model(doctor->training.checkpoint);
    json_t *array = json_array();
    for (size_t l = 0; l < doctor->layers; l++) {
        const struct doctor_layer *layer = &doctor->layer[l];
        descent_layer shape = descent_model_layer(model, l);
        json_array_append_new(
            array,
            json_pack("{s:I, s:I, s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "layer",
                      (json_int_t)l + 1, "inputs", (json_int_t)shape.inputs, "outputs",
                      (json_int_t)shape.outputs, "activation",
                      descent_activation_name(shape.activation), "weight_norm",
                      cli_json_number(layer->norm), "weight_rms", cli_json_number(layer->rms),
                      "gradient_norm", cli_json_number(layer->gradient), "update_ratio",
                      cli_json_number(layer->update), "update_ratio_highest",
                      cli_json_number(layer->highest), "dead", cli_json_number(layer->dead),
                      "saturated", cli_json_number(layer->saturated)));
    }
    return array;
}

enum exit_status doctor_print_json(const struct doctor *doctor)
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
                  descent_schedule_name(training->schedule.kind), "schedule_ended",
                  (int)doctor->ended, "learning_rate", doctor->rate, "learning_rate_highest",
                  doctor->highest_rate, "epochs", (json_int_t)training->done.epoch, "steps",
                  (json_int_t)descent_checkpoint_steps(training->checkpoint), TRAIN_CONFIG_STOP,
                  doctor_stop_name(doctor), "left_out", left_out, "findings",
                  findings_to_json(doctor), "layers", layers_to_json(doctor)));
}
