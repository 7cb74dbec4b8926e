/*
 * Fuzz target: any folder in the place of a study's, loaded as compare and plot do. Outcomes are
 * those of the trials in its list.
 */
#include "quiet.h"

#include "archive.h"

#include "cli/sweep/study.h"

static const char *const NAMES[] = {"trials/",
                                    "trials/0001/",
                                    "trials/0002/",
                                    "trials/0003/",
                                    "study.json",
                                    "study.csv",
                                    "trials/0001/result.json",
                                    "trials/0001/metrics.csv",
                                    "trials/0002/result.json",
                                    "trials/0002/error.txt",
                                    "trials/0003/metrics.csv",
                                    NULL};

enum { STUDY = 4, RESULT = 6, METRICS = 7, SECOND = 8, ERROR_TEXT = 9 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[512];
    fuzz_quiet();
    struct study *study = calloc(1, sizeof *study);
    fuzz_check(study != NULL);
    snprintf(folder, sizeof folder, "%s", archive_unpack(NAMES, data, size));
    if (study_load(study, folder) == DONE) {
        fuzz_check(study->stage_count >= 1 && study->stage_count <= STUDY_STAGES_MAX);
        for (size_t t = 0; t < study->trial_count; t++) {
            fuzz_check(study->trials[t].setting < study->setting_count);
            fuzz_check(study->outcomes[t].state <= STUDY_TRIAL_UNFINISHED);
        }
    }
    study_free(study);
    free(study);
    archive_clear(NAMES);
    return 0;
}

static const char STORED[] =
    "{\"descent\":\"0.1.0\",\"commands\":[],\"data\":{\"name\":\"digits\",\"given\":\"/dev/null\","
    "\"folder\":\"/dev/null\",\"samples\":80},\"options\":{%s},\"asked_for\":[{\"trials\":%d,"
    "\"seeds\":2}]}";

bool fuzz_seed(const char *path, unsigned number)
{
    static const char *const options[] = {
        "\"vary\":\"lr=0.001,0.01\",\"seeds\":\"2\",\"epochs\":\"2\",\"hidden\":\"4\"",
        ("\"vary\":\"lr=log:1e-4:0.1\",\"trials\":\"3\",\"seeds\":\"2\",\"epochs\":\"9\","
         "\"halving\":\"3\""),
        "\"batch\":\"8,32\",\"seeds\":\"1-2\",\"lr-rule\":\"tune\",\"folds\":\"2\""};
    static const char result[] =
        "{\"epochs\":2,\"steps\":10,\"samples\":160,\"best_epoch\":2,\"validation\":{\"loss\":2.1,"
        "\"accuracy\":0.3},\"seconds\":0.1,\"samples_per_second\":1e4,\"crc32\":\"0123abcd\"}";
    static const char metrics[] = "epoch,step,samples,learning_rate,train_loss,train_accuracy,"
                                  "validation_loss,validation_accuracy,gradient_norm,seconds,"
                                  "samples_per_second\n0,0,0,,2.3,0.1,2.3,0.1,,0,\n"
                                  "1,5,80,0.001,2.2,0.2,2.2,0.2,1,0.05,1600\n";
    char stored[2048];
    if (number >= sizeof options / sizeof options[0]) {
        return false;
    }
    int length = snprintf(stored, sizeof stored, STORED, options[number], number == 1 ? 3 : 0);
    return archive_save(path,
                        (const struct archive_file[]){
                            {STUDY, stored, (size_t)length},
                            {RESULT, result, sizeof result - 1},
                            {METRICS, metrics, sizeof metrics - 1},
                            {SECOND, result, sizeof result - 1},
                            {ERROR_TEXT, "the loss is nan\n", 16},
                        },
                        5);
}
