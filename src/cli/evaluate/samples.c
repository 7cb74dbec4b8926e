/*
 * Each sample with its label and the model's answer, so that the wrong ones can be looked at.
 */
#include "cli/evaluate/answers.h"
#include "cli/evaluate/evaluation.h"

#include <stdlib.h>

struct listing {
    const descent_dataset *dataset;
    const struct predictor *predictor;
    FILE *out;
    bool wrong; /* whether only wrong answers are listed */
    struct evaluation_lead lead;
};

static void write_headings(const struct listing *listing)
{
    const struct predictor *predictor = listing->predictor;
    fputs(listing->lead.headings, listing->out);
    fputs(descent_dataset_file(listing->dataset, 0) != NULL ? "file" : "row", listing->out);
    if (predictor->labels) {
        fputs(",labels,answers,probabilities\n", listing->out);
    } else if (predictor->classes) {
        fprintf(listing->out, ",label,answer,%s\n",
                predictor->probabilities ? "probability" : "output");
    } else {
        for (size_t o = 0; o < predictor->outputs; o++) {
            char predicted[1100];
            snprintf(predicted, sizeof predicted, "%s predicted", predictor->trained->names[o]);
            fputc(',', listing->out);
            record_write_text(listing->out, predictor->trained->names[o]);
            fputc(',', listing->out);
            record_write_text(listing->out, predicted);
        }
        fputc('\n', listing->out);
    }
}

static void begin_row(const struct listing *listing, size_t i)
{
    fputs(listing->lead.fields, listing->out);
    answers_write_place(listing->out, listing->dataset, i);
}

static void write_class(const struct listing *listing, size_t i, const struct answer *answer)
{
    size_t label = (size_t)descent_dataset_label(listing->dataset, i);
    if (listing->wrong && answer->class == label) {
        return;
    }
    begin_row(listing, i);
    fputc(',', listing->out);
    record_write_text(listing->out, descent_dataset_class_names(listing->dataset)[label]);
    fputc(',', listing->out);
    record_write_text(listing->out, answer->name);
    fprintf(listing->out, ",%.9g\n", answer->output);
}

static void write_numbers(const struct listing *listing, size_t i, const float *outputs)
{
    begin_row(listing, i);
    for (size_t o = 0; o < listing->predictor->outputs; o++) {
        double target = (double)descent_dataset_target(listing->dataset, i)[o];
        fprintf(listing->out, ",%.9g,%.9g", target, (double)outputs[o]);
    }
    fputc('\n', listing->out);
}

/* Whether each label holds if and only if the answer says so. */
static bool all_right(const struct listing *listing, size_t i, const float *outputs)
{
    const float *targets = descent_dataset_target(listing->dataset, i);
    bool right = true;
    for (size_t o = 0; o < listing->predictor->outputs; o++) {
        bool holds = trained_model_holds(outputs[o], listing->predictor->threshold);
        right = right && holds == (targets[o] > 0.5f);
    }
    return right;
}

static enum exit_status write_labels(const struct listing *listing, size_t i, const float *outputs)
{
    const struct answer *answers = predictor_answer(listing->predictor, outputs);
    const float *targets = descent_dataset_target(listing->dataset, i);
    if (listing->wrong && all_right(listing, i, outputs)) {
        return DONE;
    }
    char *names = predictor_labels_names(listing->predictor, answers);
    char *numbers = predictor_labels_numbers(listing->predictor, answers);
    bool whole = names != NULL && numbers != NULL;
    if (whole) {
        char labels[4096] = "";
        for (size_t o = 0; o < listing->predictor->outputs; o++) {
            if (targets[o] > 0.5f) {
                text_append(labels, sizeof labels, "%s%s", labels[0] == '\0' ? "" : ";",
                            listing->predictor->trained->names[o]);
            }
        }
        begin_row(listing, i);
        const char *const fields[] = {labels, names, numbers};
        for (size_t f = 0; f < 3; f++) {
            fputc(',', listing->out);
            record_write_text(listing->out, fields[f]);
        }
        fputc('\n', listing->out);
    }
    free(names);
    free(numbers);
    return whole ? DONE : cli_failed("out of memory for a list of labels");
}

static enum exit_status write_sample(void *context, const struct predictor *predictor,
                                     size_t sample, const float *outputs)
{
    struct listing *listing = context;
    listing->predictor = predictor;
    if (sample == 0 && listing->lead.headings != NULL) {
        write_headings(listing);
    }
    if (predictor->labels) {
        return write_labels(listing, sample, outputs);
    }
    if (predictor->classes) {
        write_class(listing, sample, predictor_answer(predictor, outputs));
    } else {
        write_numbers(listing, sample, outputs);
    }
    return DONE;
}

enum exit_status evaluation_list_samples(FILE *out, const struct trained_model *trained,
                                         const descent_dataset *dataset, double threshold,
                                         bool wrong, struct evaluation_lead lead)
{
    struct listing listing = {.dataset = dataset, .out = out, .wrong = wrong, .lead = lead};
    return answers_visit(trained, dataset, threshold, write_sample, &listing);
}

enum exit_status evaluation_save_samples(const struct trained_model *trained,
                                         const descent_dataset *dataset, double threshold,
                                         bool wrong, const char *path)
{
    struct text_file file;
    CLI_TRY(text_file_open(&file, path));
    const struct evaluation_lead none = {"", ""};
    enum exit_status status =
        evaluation_list_samples(file.out, trained, dataset, threshold, wrong, none);
    if (status == DONE) {
        return text_file_save(&file);
    }
    text_file_discard(&file);
    return status;
}
