/*
 * The check-up while a run goes on: the data before it starts, the figures after each epoch, and
 * the units, which cost a pass over some samples, after epochs 1, 2, 4, 8 and so on, and the last.
 */
#include "cli/train/train.h"

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
    if (facts->train != NULL) {
        CLI_TRY_LIBRARY(checkup_look_at_inputs(facts, training->data.preparation));
    }
    bool begun = resumed != NULL && descent_checkpoint_steps(resumed) > 0;
    return begun ? read_history(training) : DONE;
}

static bool is_power_of_two(uint64_t n)
{
    return n > 0 && (n & (n - 1)) == 0;
}

enum exit_status train_checkup_row(struct training *training, const struct metrics_row *row)
{
    checkup_history_add(&training->facts.history, row->values);
    if (is_power_of_two(train_progress(training)->epoch) ||
        train_stop(training) != DESCENT_STOP_NONE) {
        descent_status status = checkup_look_at_units(
            &training->facts, descent_fit_model(training->fit), training->data.preparation);
        if (status != DESCENT_OK) {
            return cli_failed("check-up: %s", descent_status_text(status));
        }
    }
    struct checkup_finding findings[CHECKUP_CHECKS];
    size_t count = checkup_find(&training->facts, &training->told, findings);
    for (size_t i = 0; i < count; i++) {
        progress_say(&training->display, "warning: %s", findings[i].text);
    }
    return DONE;
}
