/*
 * A network as its page's scripts read it:
 *
 *     {"task": "classes", "answers": "softmax", "names": ["0", …], "layers": [784, 128, 10],
 *      "activations": ["relu", "identity"], "bytes": true, "preparation": {"mean": […], …},
 *      "columns": […], "inputs": ["age", …], "image": {"height": 28, …}, "facts": [["Loss", …], …]}
 */
#include "export/page.h"

#include "base/fail.h"

#include <jansson.h>
#include <stdlib.h>

/* An array of count elements, each made by make(context, i); NULL where memory is out. */
static json_t *array_of(size_t count, const void *context,
                        json_t *(*make)(const void *context, size_t i))
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(array, make(context, i)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *name_at(const void *names, size_t i)
{
    return json_string(((const char *const *)names)[i]);
}

static json_t *size_at(const void *model, size_t i)
{
    size_t size = i == 0 ? descent_model_inputs(model) : descent_model_layer(model, i - 1).outputs;
    return json_integer((json_int_t)size);
}

static json_t *activation_at(const void *model, size_t i)
{
    return json_string(descent_activation_name(descent_model_layer(model, i).activation));
}

static json_t *fact_at(const void *facts, size_t i)
{
    const descent_export_fact *fact = (const descent_export_fact *)facts + i;
    return json_pack("[s, s]", fact->term, fact->text);
}

static const char *answers_of(const descent_predictor *predictor)
{
    if (!descent_predictor_gives_probabilities(predictor)) {
        return "outputs";
    }
    bool each = descent_predictor_loss(predictor)->kind == DESCENT_LOSS_BINARY_CROSS_ENTROPY;
    return each ? "sigmoid" : "softmax";
}

static json_t *image_of(const descent_export_page_config *config)
{
    return json_pack("{s:I, s:I, s:I, s:b, s:f, s:f}", "height", (json_int_t)config->height,
                     "width", (json_int_t)config->width, "channels", (json_int_t)config->channels,
                     "as_mnist", config->as_mnist, "black", config->black, "white", config->white);
}

static json_t *load_and_free(char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    free(text);
    return value;
}

static descent_status out_of_memory(void)
{
    return descent_fail(DESCENT_ERROR_MEMORY, "page: no memory for what it says of the network");
}

/* Sets a value, whose reference is taken over. */
static descent_status set(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0 ? DESCENT_OK : out_of_memory();
}

/* What is done to features and, but for activations of a hidden layer, undone to targets. */
static json_t *preparation_of(const descent_predictor *predictor, char *text)
{
    json_t *preparation = load_and_free(text);
    if (descent_predictor_is_stopped(predictor)) {
        json_object_del(preparation, "target_mean");
    }
    return preparation;
}

/* How features are made, where the model's file says it. */
static descent_status set_inputs(json_t *object, const descent_predictor *predictor)
{
    const descent_preparation *preparation = descent_predictor_preparation(predictor);
    const descent_columns *columns = descent_predictor_columns(predictor);
    char *text;
    if (preparation != NULL) {
        DESCENT_TRY(descent_preparation_save(&text, preparation));
        DESCENT_TRY(set(object, "preparation", preparation_of(predictor, text)));
    }
    if (columns != NULL) {
        DESCENT_TRY(descent_columns_save(&text, columns));
        DESCENT_TRY(set(object, "columns", load_and_free(text)));
        DESCENT_TRY(set(object, "inputs",
                        array_of(descent_columns_features(columns),
                                 descent_columns_feature_names(columns), name_at)));
    }
    return DESCENT_OK;
}

static descent_status set_all(json_t *object, const descent_predictor *predictor,
                              const descent_export_page_config *config)
{
    const descent_model *model = descent_predictor_model(predictor);
    size_t layers = descent_model_layers(model);
    bool bytes = descent_predictor_values(predictor) == DESCENT_VALUES_BYTES;
    DESCENT_TRY(
        set(object, "task", json_string(descent_task_name(descent_predictor_task(predictor)))));
    DESCENT_TRY(set(object, "answers", json_string(answers_of(predictor))));
    DESCENT_TRY(set(object, "names",
                    array_of(descent_predictor_answers(predictor),
                             descent_predictor_names(predictor), name_at)));
    DESCENT_TRY(set(object, "layers", array_of(layers + 1, model, size_at)));
    DESCENT_TRY(set(object, "activations", array_of(layers, model, activation_at)));
    DESCENT_TRY(set(object, "bytes", json_boolean(bytes)));
    DESCENT_TRY(set(object, "facts", array_of(config->fact_count, config->facts, fact_at)));
    if (config->height > 0) {
        DESCENT_TRY(set(object, "image", image_of(config)));
    }
    return set_inputs(object, predictor);
}

descent_status descent_page_data(char **text, const descent_predictor *predictor,
                                 const descent_export_page_config *config)
{
    *text = NULL;
    json_t *object = json_object();
    descent_status status = object != NULL ? set_all(object, predictor, config) : out_of_memory();
    if (status == DESCENT_OK) {
        *text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);
        status = *text != NULL ? DESCENT_OK : out_of_memory();
    }
    json_decref(object);
    return status;
}
