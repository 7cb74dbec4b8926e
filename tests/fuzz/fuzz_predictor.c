/*
 * Fuzz target: what any model file says beside its weights. A file that is read answers a sample,
 * as a predictor of its shape does, and becomes a page and C.
 */
#include "fuzz.h"

#include <math.h>
#include <string.h>

/* Of hostile files no sizes are known: answers are asked for where they are few. */
static void ask(descent_predictor *predictor)
{
    enum { MOST = 64 };
    static const float sample[MOST] = {0.5f, -1.0f, 2.0f};
    size_t answers = descent_predictor_answers(predictor);
    if (descent_predictor_inputs(predictor) > MOST || answers > MOST) {
        return;
    }
    float numbers[MOST];
    int32_t class;
    fuzz_check(descent_predictor_run(predictor, sample, 1, numbers, &class) == DESCENT_OK);
    bool none = descent_predictor_task(predictor) != DESCENT_TASK_CLASSES, number = true;
    for (size_t i = 0; i < answers; i++) {
        number = number && !isnan(numbers[i]);
    }
    fuzz_check(class < (int32_t)answers);
    fuzz_check(!none || class < 0);
    fuzz_check(none || !number || class >= 0);
}

/* No name gets out of its place: each script has one end. */
static void export_page(const descent_predictor *predictor)
{
    static const descent_export_page_config config = {.title = "</title>"};
    char *html;
    descent_status status = descent_export_page(&html, predictor, &config);
    if (status != DESCENT_ERROR_INVALID) { /* of weights that are not finite */
        fuzz_check_status(status, html);
    }
    size_t begun = 0, ended = 0;
    for (const char *at = html; at != NULL && (at = strchr(at, '<')) != NULL; at++) {
        begun += strncmp(at, "<script", 7) == 0;
        ended += strncmp(at, "</script>", 9) == 0;
        fuzz_check(begun - ended <= 1);
    }
    fuzz_check(begun == ended);
    free(html);
}

/* No name gets out of its string, nor the file out of its comments. */
static void export_c(const descent_predictor *predictor)
{
    static const descent_export_c_config config = {.name = "net", .about = "*/\n/*"};
    char *text;
    descent_status status = descent_export_c(&text, predictor, &config);
    if (status != DESCENT_ERROR_INVALID) { /* of weights that are not finite */
        fuzz_check_status(status, text);
    }
    bool inside = false, quoted = false; /* in a comment, in a string */
    for (const char *at = text; at != NULL && *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        fuzz_check(byte == '\n' || byte >= ' ');
        fuzz_check(strncmp(at, "inff", 4) != 0 && strncmp(at, "nanf", 4) != 0);
        quoted = inside ? quoted : quoted != (byte == '"');
        inside = inside ? strncmp(at, "*/", 2) != 0 : !quoted && strncmp(at, "/*", 2) == 0;
    }
    fuzz_check(!inside && !quoted);
    free(text);
}

/* What can be read can be exported. */
static void export_onnx(const descent_predictor *predictor)
{
    unsigned char *bytes;
    size_t size;
    fuzz_check(descent_export_onnx(&bytes, &size, predictor) == DESCENT_OK);
    fuzz_check(size > descent_model_parameter_count(descent_predictor_model(predictor)));
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    descent_predictor *predictor;
    uint8_t *bytes = fuzz_bytes(data, size);
    descent_status status = descent_predictor_decode(&predictor, bytes, size);
    free(bytes);
    fuzz_check_status(status, predictor);
    if (status == DESCENT_OK) {
        for (size_t i = 0; i < descent_predictor_answers(predictor); i++) {
            fuzz_check(descent_predictor_names(predictor)[i] != NULL);
        }
        ask(predictor);
        if (size < 4096) {
            export_page(predictor);
            export_c(predictor);
        }
        export_onnx(predictor);
        if (descent_predictor_stop_at(predictor, 1) == DESCENT_OK) {
            ask(predictor);
        }
        descent_predictor_destroy(predictor);
    }
    return 0;
}

static bool save(const char *path, const descent_metadata *metadata, size_t count, size_t outputs)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    config.sizes[0] = 3, config.sizes[1] = 2, config.sizes[2] = outputs;
    descent_model *model;
    bool saved = descent_model_create(&model, &config) == DESCENT_OK &&
                 descent_model_save(model, path, metadata, count) == DESCENT_OK;
    descent_model_destroy(model);
    return saved;
}

bool fuzz_seed(const char *path, unsigned number)
{
    const descent_metadata classes[] = {
        {"loss", "cross-entropy"},          {"class_names", "[\"a\",\"b\"]"},
        {"label_smoothing", "0.1"},         {"class_weights", "[1,0.5]"},
        {"preprocessing", "divide-by-255"}, {"input_shape", "[1, 3]"},
    };
    const descent_metadata numbers[] = {
        {"loss", "mse"},
        {"task", "regression"},
        {"target_names", "[\"price\"]"},
        {"preparation", "{\"standardize\":\"set\",\"mean\":[0.5],\"deviation\":[2],"
                        "\"target_mean\":[7],\"target_deviation\":[1e9]}"},
        {"columns", "[{\"kind\":\"numbers\",\"name\":\"x\",\"fill\":1},"
                    "{\"kind\":\"words\",\"name\":\"y\",\"words\":[\"p\"],\"flag\":true}]"},
    };
    const descent_metadata two[] = {{"loss", "binary-cross-entropy"}};
    return (number == 0 && save(path, classes, sizeof classes / sizeof classes[0], 2)) ||
           (number == 1 && save(path, numbers, sizeof numbers / sizeof numbers[0], 1)) ||
           (number == 2 && save(path, two, 1, 1));
}
