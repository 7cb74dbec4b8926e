/*
 * Every number that a checkpoint keeps is a row of one table, so that nothing is written that is
 * not read again. There are no dates, and no times but those that decide results: the same training
 * gives the same bytes. Nor is there a generator's state: all random numbers are functions of the
 * seed and the epoch or step.
 */
#include "store/checkpoint_fields.h"

#include "base/fail.h"

#include <stdio.h>
#include <string.h>

/* Checkpoints of earlier versions do not have late fields: these are as before a training then. */
enum field_type { COUNT, LATE_COUNT, REAL, LATE_REAL, OPTIMIZER, SCHEDULE, TEXT, FORM };

#define AT(member) offsetof(struct descent_checkpoint_state, member)

static const struct field {
    const char *key;
    enum field_type type;
    size_t offset;
} fields[] = {
    {"checkpoint", FORM, 0},
    {"steps", COUNT, AT(steps)},
    {"optimizer", OPTIMIZER, AT(optimizer)},
    {"progress.epoch", COUNT, AT(progress.epoch)},
    {"progress.samples", COUNT, AT(progress.samples)},
    {"progress.best_epoch", COUNT, AT(progress.best_epoch)},
    {"progress.best_loss", REAL, AT(progress.best_loss)},
    {"progress.bad_epochs", COUNT, AT(progress.bad_epochs)},
    {"progress.lost_epochs", LATE_COUNT, AT(progress.lost_epochs)},
    {"progress.accuracy", REAL, AT(progress.accuracy)},
    {"progress.start_loss", REAL, AT(progress.start_loss)},
    {"progress.loss_mean", REAL, AT(progress.loss_mean)},
    {"progress.norm_mean", REAL, AT(progress.norm_mean)},
    {"progress.seconds", REAL, AT(progress.seconds)},
    {"progress.recoveries", COUNT, AT(progress.recoveries)},
    {"progress.gradient.epoch", COUNT, AT(progress.gradient.epoch)},
    {"progress.gradient.norm", REAL, AT(progress.gradient.norm)},
    {"progress.gradient.norm_mean", REAL, AT(progress.gradient.norm_mean)},
    {"progress.check.samples", LATE_COUNT, AT(progress.check.samples)},
    {"progress.check.steps", LATE_COUNT, AT(progress.check.steps)},
    {"progress.check.accuracy", LATE_REAL, AT(progress.check.accuracy)},
    {"progress.check.loss", LATE_REAL, AT(progress.check.loss)},
    {"progress.check.rmse", LATE_REAL, AT(progress.check.rmse)},
    {"progress.crossing.target", LATE_COUNT, AT(progress.crossing.target)},
    {"progress.crossing.value", LATE_REAL, AT(progress.crossing.value)},
    {"progress.crossing.samples", LATE_REAL, AT(progress.crossing.samples)},
    {"progress.crossing.steps", LATE_REAL, AT(progress.crossing.steps)},
    {"progress.part.samples", COUNT, AT(progress.part.samples)},
    {"progress.part.correct", COUNT, AT(progress.part.correct)},
    {"progress.part.loss_sum", REAL, AT(progress.part.loss_sum)},
    {"progress.part.weight_sum", REAL, AT(progress.part.weight_sum)},
    {"progress.part.square_sum", REAL, AT(progress.part.square_sum)},
    {"progress.part.norms", COUNT, AT(progress.part.norms)},
    {"progress.part.norm_sum", REAL, AT(progress.part.norm_sum)},
    {"progress.part.noise_sum", LATE_REAL, AT(progress.part.noise_sum)},
    {"progress.part.signal_sum", LATE_REAL, AT(progress.part.signal_sum)},
    {"progress.part.signal_square_sum", LATE_REAL, AT(progress.part.signal_square_sum)},
    {"progress.part.noises", LATE_COUNT, AT(progress.part.noises)},
    {"schedule.kind", SCHEDULE, AT(schedule.kind)},
    {"schedule.lr", REAL, AT(schedule.lr)},
    {"schedule.lr_final", REAL, AT(schedule.lr_final)},
    {"schedule.warmup", COUNT, AT(schedule.warmup)},
    {"schedule.steps", COUNT, AT(schedule.steps)},
    {"schedule.period", COUNT, AT(schedule.period)},
    {"schedule.period_factor", COUNT, AT(schedule.period_factor)},
    {"schedule.gamma", REAL, AT(schedule.gamma)},
    {"schedule.power", REAL, AT(schedule.power)},
    {"schedule.warmup_fraction", REAL, AT(schedule.warmup_fraction)},
    {"schedule.start_divisor", REAL, AT(schedule.start_divisor)},
    {"schedule.final_divisor", REAL, AT(schedule.final_divisor)},
    {"schedule.patience", COUNT, AT(schedule.patience)},
    {"schedule.threshold", REAL, AT(schedule.threshold)},
    {"schedule.plateau.best", REAL, AT(schedule.plateau.best)},
    {"schedule.plateau.bad_epochs", COUNT, AT(schedule.plateau.bad_epochs)},
    {"schedule.plateau.reductions", COUNT, AT(schedule.plateau.reductions)},
    {"config", TEXT, AT(config)},
};

_Static_assert(sizeof(size_t) == sizeof(uint64_t), "the metrics' counts are fields as well");

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

/* The field's text: in scratch, or a string that outlives it; NULL if out of memory. */
static const char *text_of(const struct field *field, const struct descent_checkpoint_state *state,
                           char scratch[DESCENT_NUMBER_TEXT_SIZE])
{
    const void *at = (const char *)state + field->offset;
    switch (field->type) {
    case COUNT:
    case LATE_COUNT:
        descent_count_save(scratch, *(const uint64_t *)at);
        return scratch;
    case REAL:
    case LATE_REAL:
        return descent_real_save(scratch, *(const double *)at) ? scratch : NULL;
    case OPTIMIZER:
        return descent_optimizer_name(*(const descent_optimizer_kind *)at);
    case SCHEDULE:
        return descent_schedule_name(*(const descent_schedule_kind *)at);
    case TEXT:
        return *(const char *const *)at;
    case FORM:
        break;
    }
    return DESCENT_CHECKPOINT_FORM;
}

descent_status descent_checkpoint_state_save(struct descent_metadata_list *list,
                                             const struct descent_checkpoint_state *state)
{
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        size_t i = list->count++;
        list->entries[i].key = fields[f].key;
        list->entries[i].value = text_of(&fields[f], state, list->texts[i]);
        if (list->entries[i].value == NULL) {
            return descent_fail(DESCENT_ERROR_MEMORY, "checkpoint: no memory for %s",
                                fields[f].key);
        }
    }
    return DESCENT_OK;
}

static bool optimizer_of(descent_optimizer_kind *kind, const char *name)
{
    for (int k = 0; k < DESCENT_OPTIMIZER_COUNT; k++) {
        *kind = (descent_optimizer_kind)k;
        if (strcmp(name, descent_optimizer_name(*kind)) == 0) {
            return true;
        }
    }
    return false;
}

static bool schedule_of(descent_schedule_kind *kind, const char *name)
{
    for (int k = 0; k < DESCENT_SCHEDULE_COUNT; k++) {
        *kind = (descent_schedule_kind)k;
        if (strcmp(name, descent_schedule_name(*kind)) == 0) {
            return true;
        }
    }
    return false;
}

/* NULL, or what was expected instead of the text. */
static const char *read_text(const struct field *field, struct descent_checkpoint_state *state,
                             const char *text)
{
    void *at = (char *)state + field->offset;
    switch (field->type) {
    case COUNT:
    case LATE_COUNT:
        return descent_count_load(at, text) ? NULL : "a count";
    case REAL:
    case LATE_REAL:
        return descent_real_load(at, text) ? NULL : "a number";
    case OPTIMIZER:
        return optimizer_of(at, text) ? NULL : "an optimizer's name";
    case SCHEDULE:
        return schedule_of(at, text) ? NULL : "a schedule's name";
    case TEXT:
        *(const char **)at = text;
        return NULL;
    case FORM:
        break;
    }
    return strcmp(text, DESCENT_CHECKPOINT_FORM) == 0 ? NULL : DESCENT_CHECKPOINT_FORM;
}

static bool is_late(const struct field *field)
{
    return field->type == LATE_COUNT || field->type == LATE_REAL;
}

descent_status descent_checkpoint_state_load(struct descent_checkpoint_state *state,
                                             const descent_safetensors *file, const char *path)
{
    state->progress = (descent_progress)DESCENT_PROGRESS_DEFAULT;
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        const char *text = descent_safetensors_metadata(file, fields[f].key);
        if (text == NULL && is_late(&fields[f])) {
            continue;
        }
        if (text == NULL) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: not a checkpoint: expected '%s' in the metadata, found none",
                                path, fields[f].key);
        }
        const char *expected = read_text(&fields[f], state, text);
        if (expected != NULL) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: metadata: %s: expected %s, found '%.100s'", path,
                                fields[f].key, expected, text);
        }
    }
    if (descent_schedule_check(&state->schedule) != DESCENT_OK) {
        char reason[256];
        snprintf(reason, sizeof reason, "%s", descent_last_error());
        return descent_fail(DESCENT_ERROR_FORMAT, "%s: %s", path, reason);
    }
    return DESCENT_OK;
}
