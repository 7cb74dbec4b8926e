/*
 * Wrong answers, the most confident first: pictures with the true class and the answer below them,
 * or CSV.
 */
#include "cli/base/statistics.h"
#include "cli/base/text.h"
#include "cli/evaluate/answers.h"
#include "cli/evaluate/evaluation.h"
#include "cli/plot/sheet.h"

#include <math.h>
#include <stdlib.h>

/* Rows of a sheet: more than that is no longer looked at. */
enum { ROWS_MAX = 10 };

/* The width of captions, in pixels; that of "→ " and " (99.9 %)" in characters. */
static const double CAPTION_LOW = 76.0, CAPTION_HIGH = 180.0, CAPTION_MORE = 11.0;

struct mistake {
    size_t sample, answer;
    double confidence; /* the answer's probability, or output */
};

struct mistakes {
    const struct trained_model *trained;
    const descent_dataset *dataset;
    struct mistake *list; /* room for all samples */
    size_t count;
    bool probabilities;
};

static enum exit_status note_answer(void *context, const struct predictor *predictor, size_t sample,
                                    const float *outputs)
{
    struct mistakes *mistakes = context;
    const struct answer *answer = predictor_answer(predictor, outputs);
    mistakes->probabilities = predictor->probabilities;
    if (answer->class != (size_t)descent_dataset_label(mistakes->dataset, sample)) {
        mistakes->list[mistakes->count++] = (struct mistake){sample, answer->class, answer->output};
    }
    return DONE;
}

/* By falling confidence; equals in their order. */
static int compare(const void *left, const void *right)
{
    const struct mistake *a = left, *b = right;
    int by_confidence = (a->confidence < b->confidence) - (a->confidence > b->confidence);
    return by_confidence != 0 ? by_confidence : (a->sample > b->sample) - (a->sample < b->sample);
}

static enum exit_status collect(struct mistakes *mistakes, double threshold)
{
    mistakes->list = calloc(descent_dataset_count(mistakes->dataset), sizeof *mistakes->list);
    if (mistakes->list == NULL) {
        return cli_failed("out of memory for a list of mistakes");
    }
    CLI_TRY(answers_visit(mistakes->trained, mistakes->dataset, threshold, note_answer, mistakes));
    qsort(mistakes->list, mistakes->count, sizeof *mistakes->list, compare);
    return DONE;
}

static const char *true_name(const struct mistakes *mistakes, const struct mistake *mistake)
{
    return descent_dataset_class_names(
        mistakes->dataset)[descent_dataset_label(mistakes->dataset, mistake->sample)];
}

static void write_features(FILE *out, const descent_dataset *dataset, size_t sample)
{
    const uint8_t *bytes = descent_dataset_sample(dataset, sample);
    const float *floats = descent_dataset_sample_floats(dataset, sample);
    for (size_t f = 0; f < descent_dataset_features(dataset); f++) {
        fprintf(out, ",%.7g", bytes != NULL ? (double)bytes[f] : (double)floats[f]);
    }
}

/* The features of tables, which have names, stand there as well. */
static enum exit_status save_csv(const struct mistakes *mistakes, const char *path)
{
    const descent_dataset *dataset = mistakes->dataset;
    const char *const *features = descent_dataset_feature_names(dataset);
    struct text_file file;
    CLI_TRY(text_file_open(&file, path));
    fprintf(file.out, "%s,label,answer,%s",
            descent_dataset_file(dataset, 0) != NULL ? "file" : "row",
            mistakes->probabilities ? "probability" : "output");
    for (size_t f = 0; features != NULL && f < descent_dataset_features(dataset); f++) {
        fputc(',', file.out);
        record_write_text(file.out, features[f]);
    }
    fputc('\n', file.out);
    for (size_t i = 0; i < mistakes->count; i++) {
        const struct mistake *mistake = &mistakes->list[i];
        answers_write_place(file.out, dataset, mistake->sample);
        fputc(',', file.out);
        record_write_text(file.out, true_name(mistakes, mistake));
        fputc(',', file.out);
        record_write_text(file.out, mistakes->trained->names[mistake->answer]);
        fprintf(file.out, ",%.9g", mistake->confidence);
        if (features != NULL) {
            write_features(file.out, dataset, mistake->sample);
        }
        fputc('\n', file.out);
    }
    return text_file_save(&file);
}

static void caption(struct sheet *sheet, const struct mistakes *mistakes, size_t i)
{
    const struct mistake *mistake = &mistakes->list[i];
    size_t row = i / sheet->columns, column = i % sheet->columns;
    char answer[512];
    double confidence = mistake->confidence;
    snprintf(answer, sizeof answer, "→ %.400s ", mistakes->trained->names[mistake->answer]);
    if (mistakes->probabilities) {
        text_append(answer, sizeof answer, "(%.1f %%)", fmin(100.0 * confidence, 99.9));
    } else {
        text_append(answer, sizeof answer, "(%.2f)", confidence);
    }
    sheet_caption(sheet, row, column, 0, PAGE_INK, true_name(mistakes, mistake));
    sheet_caption(sheet, row, column, 1, PAGE_RED, answer);
}

static enum exit_status put_picture(struct sheet *sheet, const descent_dataset *dataset, size_t i,
                                    size_t sample, float *numbers)
{
    const uint8_t *bytes = descent_dataset_sample(dataset, sample);
    for (size_t f = 0; bytes != NULL && f < descent_dataset_features(dataset); f++) {
        numbers[f] = (float)bytes[f];
    }
    return sheet_put(sheet, i / sheet->columns, i % sheet->columns,
                     bytes != NULL ? numbers : descent_dataset_sample_floats(dataset, sample));
}

static enum exit_status fill(struct sheet *sheet, const struct mistakes *mistakes, size_t shown)
{
    float *numbers = calloc(descent_dataset_features(mistakes->dataset), sizeof *numbers);
    enum exit_status status = numbers != NULL ? DONE : cli_failed("out of memory for a sample");
    for (size_t i = 0; i < shown && status == DONE; i++) {
        caption(sheet, mistakes, i);
        status = put_picture(sheet, mistakes->dataset, i, mistakes->list[i].sample, numbers);
    }
    free(numbers);
    return status;
}

static enum exit_status create(struct sheet *sheet, const struct mistakes *mistakes, size_t shown,
                               const char *about, const struct page_target *target)
{
    const descent_dataset *dataset = mistakes->dataset;
    char title[512], wrong[TEXT_SIZE], all[TEXT_SIZE];
    snprintf(title, sizeof title, "%s of %s answers are wrong%s",
             text_count(wrong, mistakes->count), text_count(all, descent_dataset_count(dataset)),
             shown < mistakes->count ? "; the most confident ones, most confident first"
             : shown > 0             ? "; most confident first"
                                     : "");
    char note[1024];
    snprintf(note, sizeof note, "%.900s; below: true class → answer and its %s", about,
             mistakes->probabilities ? "probability" : "output");
    double widest =
        page_widest(mistakes->trained->names, mistakes->trained->classes, SHEET_CAPTION);
    widest += page_text_width("n", CAPTION_MORE * SHEET_CAPTION);
    const struct sheet_plan plan = {
        .title = title,
        .note = note,
        .count = shown,
        .caption = fmin(fmax(widest, CAPTION_LOW), CAPTION_HIGH),
        .lines = 2,
    };
    return sheet_create(sheet, descent_dataset_shape(dataset), &plan, target->look, target->path);
}

static enum exit_status save_sheet(const struct mistakes *mistakes, const char *about,
                                   const struct page_target *target)
{
    size_t most = (size_t)ROWS_MAX * SHEET_COLUMNS;
    size_t shown = mistakes->count < most ? mistakes->count : most;
    const struct statistics statistics = statistics_of_features(mistakes->dataset);
    bool bytes = descent_dataset_values(mistakes->dataset) == DESCENT_VALUES_BYTES;
    struct sheet sheet = {.low = bytes ? 0.0 : statistics.minimum,
                          .high = bytes ? 255.0 : statistics.maximum};
    enum exit_status status = create(&sheet, mistakes, shown, about, target);
    if (status == DONE) {
        status = fill(&sheet, mistakes, shown);
    }
    if (status == DONE) {
        status = page_save(&sheet.page, target->path);
    }
    sheet_free(&sheet);
    return status;
}

enum exit_status evaluation_save_mistakes(const struct trained_model *trained,
                                          const descent_dataset *dataset, double threshold,
                                          const char *about, const struct page_target *target)
{
    const char *path = target->path;
    bool csv = text_ends_in(path, ".csv");
    if (!csv && descent_dataset_shape(dataset)->rank < 2) {
        return cli_failed("%s: pictures of mistakes need images; rows of a table go into a file "
                          "ending in .csv",
                          path);
    }
    struct mistakes mistakes = {.trained = trained, .dataset = dataset};
    enum exit_status status = collect(&mistakes, threshold);
    if (status == DONE) {
        status = csv ? save_csv(&mistakes, path) : save_sheet(&mistakes, about, target);
    }
    free(mistakes.list);
    return status;
}
