/*
 * Fuzz target: any text as the value of any of train's options, as a list or range of a study, and
 * in the small languages that texts have: the first byte chooses the option. A value that is taken
 * is written so that it is read as the same.
 */
#include "quiet.h"

#include "cli/sweep/study.h"
#include "cli/sweep/study_file.h"
#include "cli/train/options.h"
#include "cli/train/train.h"

#include <descent/augment.h>

enum { VALUE_SIZE = 4096 };

static void check_value(const struct option *row, const char *text)
{
    char first[VALUE_SIZE], second[VALUE_SIZE];
    struct train_options options = {0};
    if (option_read(row, &options, text)) {
        option_format(row, &options, first, sizeof first);
        option_free_values(&TRAIN_OPTIONS, &options);
        memset(&options, 0, sizeof options);
        if (strlen(first) + 1 < sizeof first) {
            fuzz_check(option_read(row, &options, first));
            option_format(row, &options, second, sizeof second);
            fuzz_check(strcmp(first, second) == 0);
        }
    } else {
        fuzz_check(option_refuse_value(row, text) == USAGE);
    }
    option_free_values(&TRAIN_OPTIONS, &options);
}

static void check_axis(size_t row, const char *text)
{
    struct study_axis axis = {.option = TRAIN_OPTIONS.rows[row].name, .row = row};
    if (study_values_read(&axis, text) == DONE) {
        fuzz_check(axis.range == STUDY_LIST ? axis.count >= 1 : axis.low < axis.high);
    }
    study_values_free(axis.values, axis.count);
}

static void check_batch_schedule(const char *text)
{
    struct training *training = calloc(1, sizeof *training);
    fuzz_check(training != NULL);
    training->options.batch_schedule = strdup(text);
    fuzz_check(training->options.batch_schedule != NULL);
    if (train_batches_read(training) == DONE) {
        for (size_t i = 1; i < training->batches.count; i++) {
            fuzz_check(training->batches.stage[i - 1].epoch < training->batches.stage[i].epoch);
        }
    }
    free(training->options.batch_schedule);
    free(training);
}

static void check_languages(char *text)
{
    descent_augment augment;
    double deviation;
    if (descent_augment_init(&augment, text) == DESCENT_OK) {
        fuzz_check(descent_augment_check(&augment) == DESCENT_OK);
    }
    (void)train_read_init_bias(&deviation, text);
    (void)train_check_class_weights(text);
    check_batch_schedule(text);
    static struct study study;
    memset(&study, 0, sizeof study);
    study.options.shard = text;
    if (study_shard_read(&study) == DONE) {
        fuzz_check(study.shard >= 1 && study.shard <= study.shards);
    }
    uint64_t first, count;
    study.options.seeds = text;
    if (study_seeds_of(&first, &count, &study.options)) {
        fuzz_check(count >= 1 && first <= UINT64_MAX - (count - 1));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    fuzz_quiet();
    char *text = calloc(size, 1);
    fuzz_check(text != NULL);
    memcpy(text, data + 1, size - 1);
    size_t number = data[0] % TRAIN_OPTIONS.count;
    const struct option row = option_row(&TRAIN_OPTIONS, number);
    check_value(&row, text);
    check_axis(number, text);
    check_languages(text);
    free(text);
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    static const struct {
        const char *option, *text;
    } seeds[] = {
        {"hidden", "128,64"},
        {"hidden", "128-64;none"},
        {"lr", "log:1e-4:0.1:5"},
        {"lr", "0.001,0.01,auto"},
        {"batch", "full"},
        {"batch-schedule", "64,128@5,full@10"},
        {"augment", "shift=2,rotate=10,scale=0.1,shear=0.1,elastic=34:4,noise=0.05"},
        {"init-bias", "0.1"},
        {"class-weights", "a=1,b=2.5"},
        {"fold", "1/5"},
        {"validation", "last:100"},
        {"epochs", "linear:1:10:4"},
        {"activation", "choice:relu;tanh"},
        {"out", "2/3"},
        {"seed", "3-12"},
    };
    char text[256];
    if (number >= sizeof seeds / sizeof seeds[0]) {
        return false;
    }
    int length = snprintf(text, sizeof text, "%c%s", (char)study_train_row(seeds[number].option),
                          seeds[number].text);
    return descent_file_save(path, text, (size_t)length) == DESCENT_OK;
}
