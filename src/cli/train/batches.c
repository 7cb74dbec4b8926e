/*
 * --batch-schedule: the first batch size takes the place of --batch, the others follow it.
 */
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <stdlib.h>
#include <string.h>

static bool read_size(uint64_t *size, const char *text)
{
    *size = 0;
    return strcmp(text, "full") == 0 ||
           (text_read_count(size, text) && *size >= 1 && (double)*size <= OPTION_COUNT_MAX);
}

/* One of those behind the first, SIZE@EPOCH; the epochs ascend. */
static bool read_stage(descent_batch_stage *stage, char *text, uint64_t before)
{
    char *at = strchr(text, '@');
    uint64_t size;
    if (at == NULL) {
        return false;
    }
    *at = '\0';
    bool valid = read_size(&size, text) && text_read_count(&stage->epoch, at + 1);
    stage->batch = (size_t)size;
    return valid && stage->epoch > before && (double)stage->epoch <= OPTION_COUNT_MAX;
}

static enum exit_status read_schedule(struct training *training, const char *text)
{
    const char *rest = text;
    char part[TEXT_SIZE];
    uint64_t before = 0;
    size_t count = 0;
    bool valid = text_next(&rest, ',', part) && read_size(&training->options.batch, part);
    for (; valid && rest != NULL && count < DESCENT_BATCH_STAGES_MAX; count++) {
        descent_batch_stage *stage = &training->batches.stage[count];
        valid = text_next(&rest, ',', part) && read_stage(stage, part, before);
        before = stage->epoch;
    }
    training->batches.count = count;
    if (valid && rest != NULL) {
        return cli_usage("--batch-schedule: expected at most %d changes, found more",
                         DESCENT_BATCH_STAGES_MAX);
    }
    return valid
               ? DONE
               : cli_usage("--batch-schedule: expected batch sizes, and with all but the first the "
                           "number of epochs after which it begins, in ascending order, as in "
                           "64,128@5,256@10; found \"%.200s\"",
                           text);
}

/* A batch size that is given to a run that goes on ends its schedule. */
static enum exit_status drop_schedule(struct train_options *options)
{
    free(options->batch_schedule);
    options->batch_schedule = strdup("none");
    return options->batch_schedule != NULL ? DONE : cli_failed("out of memory");
}

enum exit_status train_batches_read(struct training *training)
{
    struct train_options *options = &training->options;
    bool batch = TRAIN_OPTION_GIVEN(&training->arguments, batch);
    if (batch && TRAIN_OPTION_GIVEN(&training->arguments, batch_schedule)) {
        return cli_usage("expected one of --batch and --batch-schedule, found both");
    }
    training->batches.count = 0;
    if (batch) {
        return drop_schedule(options);
    }
    return strcmp(options->batch_schedule, "none") == 0
               ? DONE
               : read_schedule(training, options->batch_schedule);
}
