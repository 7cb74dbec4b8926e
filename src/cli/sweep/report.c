/*
 * What a study shows.
 */
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/sweep/law.h"
#include "cli/sweep/timing.h"

#define OF(type, member) RECORD_MEMBER(type, struct study_summary, member)

static const struct record_field FIELDS[] = {
    {"setting", OF(CHARS, name), .heading = "setting"},
    {"trials", OF(WHOLE, trials), .heading = "trials"},
    {"accuracy", OF(NUMBER, accuracy.mean), .heading = "accuracy", .text = text_percent},
    {"loss", OF(NUMBER, loss.mean), .heading = "loss", .format = "%.6f"},
    {"speed", OF(NUMBER, speed), .heading = "samples/s", .text = text_whole},
};

static const struct record RECORD_OF_SUMMARY = RECORD(struct study_summary, FIELDS);

enum exit_status study_report(const struct study *study)
{
    struct study_summaries summaries;
    enum exit_status status = study_summarise(&summaries, study);
    if (status == DONE) {
        status = study_timing_measure(study, &summaries);
    }
    if (status == DONE) {
        status = study_timing_apply(study, &summaries);
    }
    if (status == DONE) {
        status = record_print(&RECORD_OF_SUMMARY, summaries.rows, summaries.count);
    }
    study_summaries_free(&summaries);
    return status;
}
