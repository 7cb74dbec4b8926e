/*
 * What a page says of its network. All of it comes from files, which need not be there.
 */
#include "cli/base/paths.h"
#include "cli/base/run.h"
#include "cli/base/text.h"
#include "cli/export/export.h"
#include "cli/predict/predict.h"

#include <math.h>
#include <string.h>

static const char *metadata(const struct exporting *exporting, const char *key)
{
    return descent_safetensors_metadata(exporting->trained.file, key);
}

/* The training's summary, to be released, or NULL. */
static json_t *summary_of(const struct exporting *exporting)
{
    const char *text = metadata(exporting, "training");
    return text != NULL ? json_loads(text, 0, NULL) : NULL;
}

/* The text of the next fact, to be filled in. */
static char *next_fact(struct export_facts *facts, const char *term)
{
    struct export_fact *fact = &facts->rows[facts->count++];
    fact->term = term;
    fact->text[0] = '\0';
    return fact->text;
}

static void add(struct export_facts *facts, const char *term, const char *text)
{
    if (text != NULL) {
        text_cut(next_fact(facts, term), EXPORT_FACT_SIZE, text);
    }
}

void export_data_name(char *name, size_t size, const struct exporting *exporting)
{
    json_t *summary = summary_of(exporting);
    const char *data = json_string_value(json_object_get(summary, "data"));
    export_stem(name, size, data != NULL ? data : "");
    json_decref(summary);
}

static void add_network(struct export_facts *facts, const struct exporting *exporting)
{
    const struct trained_model *trained = &exporting->trained;
    char network[EXPORT_FACT_SIZE], count[TEXT_SIZE];
    struct predict_shape shape;
    descent_model_describe(trained->model, network, sizeof network);
    text_count(count, descent_model_parameter_count(trained->model));
    text_append(next_fact(facts, "Network"), EXPORT_FACT_SIZE, "%s, %s parameters", network, count);
    if (predict_shape_of(&shape, trained)) {
        text_append(next_fact(facts, "It sees"), EXPORT_FACT_SIZE, "%zu x %zu pixels%s, %s",
                    shape.height, shape.width, shape.channels == 3 ? " in colour" : "",
                    trained->as_mnist ? "cropped, light on black, centred" : "resized");
    }
}

static double figure(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void add_training(struct export_facts *facts, const json_t *summary)
{
    const char *optimizer = json_string_value(json_object_get(summary, "optimizer"));
    char epochs[TEXT_SIZE], batch[TEXT_SIZE];
    add(facts, "Trained on", json_string_value(json_object_get(summary, "data")));
    if (optimizer != NULL) {
        text_append(next_fact(facts, "Training"), EXPORT_FACT_SIZE,
                    "%s, learning rate %.4g, batch %s, %s epochs, seed %.0f", optimizer,
                    figure(summary, "lr"), text_whole(batch, figure(summary, "batch")),
                    text_whole(epochs, figure(summary, "epoch")), figure(summary, "seed"));
    }
}

/* How well it does on some samples: a share of classes, or of a spread. */
static void add_figures(struct export_facts *facts, const char *term, double accuracy, double r2,
                        double rmse, double samples)
{
    char first[TEXT_SIZE], second[TEXT_SIZE], of[2 * TEXT_SIZE] = "";
    if (!isnan(samples)) {
        snprintf(of, sizeof of, ", %s samples", text_whole(first, samples));
    }
    if (!isnan(accuracy)) {
        text_append(next_fact(facts, term), EXPORT_FACT_SIZE, "%s right%s",
                    text_percent(first, accuracy), of);
    } else if (!isnan(r2)) {
        text_r2(first, r2);
        text_append(next_fact(facts, term), EXPORT_FACT_SIZE,
                    "R\u00B2 %s, root mean square error %s%s", first, text_digits(second, rmse),
                    of);
    }
}

/* The result of the run whose folder the model is in, to be released, or NULL: that of another
 * model says nothing. */
static json_t *result_of(const struct exporting *exporting)
{
    const char *path = exporting->trained.path, *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - path) : 1,
             slash != NULL ? path : ".");
    json_t *result = path_is_there(run_file(folder, RUN_RESULT).text)
                         ? run_load_json(folder, RUN_RESULT, NULL)
                         : NULL;
    if (!text_same(json_string_value(json_object_get(result, "crc32")),
                   metadata(exporting, "crc32"))) {
        json_decref(result);
        return NULL;
    }
    return result;
}

/* By the exported numbers where the data are there, or else as the run's result has it. */
static void add_test(struct export_facts *facts, const struct exporting *exporting)
{
    const struct export_comparison *comparison = &exporting->comparison;
    if (comparison->samples > 0 && comparison->classes) {
        double samples = (double)comparison->samples;
        add_figures(facts, "Test", (double)comparison->right / samples, NAN, NAN, samples);
        return;
    }
    json_t *result = result_of(exporting);
    const json_t *test = json_object_get(result, "test");
    add_figures(facts, "Test", figure(test, "accuracy"), figure(test, "r2"), figure(test, "rmse"),
                figure(test, "samples"));
    json_decref(result);
}

void export_facts_find(struct export_facts *facts, const struct exporting *exporting)
{
    json_t *summary = summary_of(exporting);
    add_network(facts, exporting);
    add_training(facts, summary);
    add(facts, "Loss", descent_loss_name(exporting->trained.loss.kind));
    add_figures(facts, "Validation", figure(summary, "validation_accuracy"),
                figure(summary, "validation_r2"), figure(summary, "validation_rmse"), NAN);
    add_test(facts, exporting);
    add(facts, "CRC-32", metadata(exporting, "crc32"));
    add(facts, "descent", metadata(exporting, "descent"));
    json_decref(summary);
}
