/*
 * The check-up while a run goes on: the data before it starts, the figures after each epoch, and
 * the units, which cost a pass over some samples, after epochs 1, 2, 4, 8 and so on, and the last;
 * in the end, what the best weights answer.
 */
#include "cli/base/statistics.h"
#include "cli/train/train.h"

#include <math.h>

static enum exit_status read_history(struct training *training)
{
    struct metrics metrics;
    uint64_t epoch = train_progress(training)->epoch;
    enum exit_status status = metrics_load(&metrics, run_path(&training->run, RUN_METRICS).text);
    /* While a run is trained, rows are ahead of the checkpoint. */
    for (size_t r = 0; status == DONE && r < metrics.rows; r++) {
        if (metrics.row[r].values[METRICS_EPOCH] > (double)epoch) {
            break;
        }
        checkup_history_add(&training->facts.history, metrics.row[r].values);
    }
    metrics_free(&metrics);
    return status;
}

/* NaN where the samples are not at hand, or the loss of guessing classes is known without them. */
static double ignorance_of(const struct training *training, const descent_model *model)
{
    const struct train_data *data = &training->data;
    bool binary = training->options.loss == DESCENT_LOSS_BINARY_CROSS_ENTROPY;
    if (data->train == NULL || !(binary || data->numbers)) {
        return NAN;
    }
    return binary ? binary_entropy(data->train, descent_model_outputs(model))
                  : data->variances[TRAIN_PART];
}

enum exit_status train_checkup_start(struct training *training)
{
    struct checkup_facts *facts = &training->facts;
    const descent_checkpoint *resumed = training->checkpoint;
    const descent_model *model =
        resumed == NULL ? training->model : descent_checkpoint_model(resumed);
    facts->options = &training->options;
    facts->train = training->data.train;
    facts->validation = training->data.validation;
    bool classes = !training->options.source.regression && !training->options.source.multi_label;
    facts->classes = !classes ? 0
                              : descent_loss_classes((descent_loss_kind)training->options.loss,
                                                     descent_model_outputs(model));
    facts->source = training->data.source;
    facts->test_r2 = NAN;
    facts->ignorance = ignorance_of(training, model);
    checkup_look_at_weights(facts, model);
    checkup_look_at_columns(facts);
    if (facts->train != NULL) {
        CLI_TRY_LIBRARY(checkup_look_at_inputs(facts, training->data.preparation));
    }
    bool begun = resumed != NULL && descent_checkpoint_steps(resumed) > 0;
    return begun ? read_history(training) : DONE;
}

static void tell(struct training *training)
{
    struct checkup_finding findings[CHECKUP_CHECKS];
    size_t count = checkup_find(&training->facts, &training->told, findings);
    for (size_t i = 0; i < count; i++) {
        progress_say(&training->display, "warning: %s", findings[i].text);
    }
}

static bool is_power_of_two(uint64_t n)
{
    return n > 0 && (n & (n - 1)) == 0;
}

static enum exit_status look_at_units(struct training *training)
{
    descent_status status = checkup_look_at_units(
        &training->facts, descent_fit_model(training->fit), training->data.preparation);
    return status == DESCENT_OK ? DONE : cli_failed("check-up: %s", descent_status_text(status));
}

enum exit_status train_checkup_row(struct training *training, const struct metrics_row *row)
{
    checkup_history_add(&training->facts.history, row->values);
    if (is_power_of_two(train_progress(training)->epoch) ||
        train_stop(training) != DESCENT_STOP_NONE) {
        CLI_TRY(look_at_units(training));
    }
    tell(training);
    return DONE;
}

descent_status train_checkup_close(struct training *training,
                                   const descent_metrics parts[TRAIN_PARTS])
{
    struct checkup_facts *facts = &training->facts;
    facts->over = true;
    facts->test_r2 = train_figures(&training->data, TEST_PART, &parts[TEST_PART]).r2;
    facts->test_samples = parts[TEST_PART].samples;
    return checkup_look_at_answers(facts, descent_fit_best(training->fit),
                                   training->data.preparation);
}

enum exit_status train_checkup_end(struct training *training,
                                   const descent_metrics parts[TRAIN_PARTS])
{
    if (training->facts.layers == 0) { /* resumed behind the last epoch, which looked at them */
        CLI_TRY(look_at_units(training));
    }
    CLI_TRY_LIBRARY(train_checkup_close(training, parts));
    tell(training);
    return DONE;
}
