/*
 * What a file says of where its network is from.
 */
#include "cli/base/controls.h"
#include "cli/base/run.h"
#include "cli/base/text.h"
#include "cli/export/export.h"

#include <string.h>

/* Adds a text of others to a line: it hides nothing from those who read the file. */
static void add_foreign(char *text, size_t size, const char *said)
{
    size_t before = strlen(text);
    text_append(text, size, "%s", said);
    controls_remove(text + before);
}

/* The command that began the run beside a model file, if it is in one. */
static void add_command(char *text, size_t size, const struct trained_model *trained)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(trained->path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - trained->path) : 1,
             slash != NULL ? trained->path : ".");
    json_t *config = run_is_model(folder) ? run_load_config(folder, NULL) : NULL;
    const json_t *words = json_array_get(json_object_get(config, "commands"), 0);
    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *word = json_string_value(json_array_get(words, i));
        text_append(text, size, "%s", i == 0 ? "command: " : " ");
        add_foreign(text, size, word != NULL ? word : "");
    }
    text_append(text, size, json_array_size(words) > 0 ? "\n" : "");
    json_decref(config);
}

static void add_training(char *text, size_t size, const struct trained_model *trained)
{
    const char *said = descent_safetensors_metadata(trained->file, "training");
    json_t *training = said != NULL ? json_loads(said, 0, NULL) : NULL;
    const char *data = json_string_value(json_object_get(training, "data"));
    const json_t *accuracy = json_object_get(training, "validation_accuracy");
    char percent[TEXT_SIZE];
    if (data != NULL) {
        text_append(text, size, "data: ");
        add_foreign(text, size, data);
        text_append(text, size, "%s%s\n",
                    trained->train.text[0] != '\0' ? ", training part's fingerprint " : "",
                    trained->train.text);
    }
    if (json_is_number(accuracy)) {
        text_append(text, size, "accuracy on validation samples: %s\n",
                    text_percent(percent, json_number_value(accuracy)));
    }
    json_decref(training);
}

void export_about(char *text, size_t size, const struct exporting *exporting)
{
    const struct export_comparison *comparison = &exporting->comparison;
    char percent[TEXT_SIZE], samples[TEXT_SIZE];
    text[0] = '\0';
    add_command(text, size, &exporting->trained);
    add_training(text, size, &exporting->trained);
    if (comparison->samples > 0 && comparison->classes) {
        text_append(text, size, "accuracy on %s test samples, by these numbers: %s\n",
                    text_count(samples, comparison->samples),
                    text_percent(percent, (double)(exporting->int8 != NULL ? comparison->int8_right
                                                                           : comparison->right) /
                                              (double)comparison->samples));
    }
}
