/*
 * What a run's files say about it. Checkpoints and models hold nothing about places, times or
 * resumption: the same training gives the same bytes, wherever and however often it was continued.
 * config.json holds these beside the rest.
 */
#include "cli/train/train.h"

#include "cli/base/json_seal.h"
#include "cli/base/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum exit_status train_not_told(const char *what)
{
    return cli_failed("%s: cannot be written: a name or path in it is not UTF-8, or memory is out",
                      what);
}

enum exit_status train_json_save(const char *path, const json_t *object, size_t digits)
{
    char *text = json_seal(object, digits);
    enum exit_status status = text == NULL
                                  ? train_not_told(path)
                                  : cli_library(descent_file_save(path, text, strlen(text)));
    free(text);
    return status;
}

json_t *train_data_to_json(const struct train_data *data)
{
    const char *test = data->fingerprints[DESCENT_PART_TEST].text;
    size_t whole = descent_dataset_whole(data->source);
    return json_pack("{s:s, s:s, s:s*, s:o*}", "name", data->name, TRAINED_MODEL_TRAIN,
                     data->fingerprints[DESCENT_PART_TRAIN].text, TRAINED_MODEL_TEST,
                     test[0] != '\0' ? test : NULL, TRAINED_MODEL_WHOLE,
                     whole > 0 ? json_integer((json_int_t)whole) : NULL);
}

enum exit_status train_config_create(struct training *training)
{
    struct train_data *data = &training->data;
    data->fingerprints[DESCENT_PART_TRAIN] = fingerprint_of(data->source);
    if (data->test != NULL) {
        data->fingerprints[DESCENT_PART_TEST] = fingerprint_of(data->test);
    }
    json_t *config = json_pack(
        "{s:o, s:o, s:s*, s:s*}", TRAIN_CONFIG_DATA, train_data_to_json(data), TRAIN_CONFIG_OPTIONS,
        option_to_json(&TRAIN_OPTIONS, &training->options, OPTION_RESULT), TRAIN_CONFIG_PREPARATION,
        data->preparation_text, TRAIN_CONFIG_COLUMNS, data->columns_text);
    training->checkpoint_config = json_dumps(config, JSON_COMPACT);
    json_decref(config);
    return training->checkpoint_config != NULL ? DONE : train_not_told("configuration");
}

static enum exit_status set_checkup(struct training *training, json_t *checkup)
{
    json_t *config = json_loads(training->checkpoint_config, 0, NULL);
    cli_json_set(&config, TRAIN_CONFIG_CHECKUP, json_incref(checkup));
    char *text = json_dumps(config, JSON_COMPACT);
    json_decref(config);
    if (text == NULL) {
        return train_not_told("configuration");
    }
    free(training->checkpoint_config);
    training->checkpoint_config = text;
    json_decref(training->checkup);
    training->checkup = json_incref(checkup);
    return DONE;
}

enum exit_status train_config_update(struct training *training)
{
    json_t *checkup = checkup_to_json(&training->facts, training->told | training->told_before);
    bool empty = training->checkup == NULL && json_object_size(checkup) == 0;
    enum exit_status status =
        empty || json_equal(checkup, training->checkup) ? DONE : set_checkup(training, checkup);
    json_decref(checkup);
    return status;
}

json_t *train_commands_to_json(const json_t *config, int argc, const char **argv)
{
    json_t *commands = json_deep_copy(json_object_get(config, TRAIN_CONFIG_COMMANDS));
    json_t *command = json_pack("[s]", "descent");
    if (!json_is_array(commands)) {
        json_decref(commands);
        commands = json_array();
    }
    for (int i = 0; i < argc; i++) {
        cli_json_append(&command, json_string(argv[i]));
    }
    cli_json_append(&commands, command);
    return commands;
}

static json_t *config_to_json(const struct training *training, const char *reason)
{
    const struct train_data *data = &training->data;
    json_t *stored = train_data_to_json(data);
    cli_json_set(&stored, "given", json_string(data->given));
    cli_json_set(&stored, "folder", json_string(data->folder));
    return json_pack("{s:s, s:o, s:o, s:o, s:s?, s:f}", "descent", DESCENT_VERSION,
                     TRAIN_CONFIG_COMMANDS,
                     train_commands_to_json(training->config, training->argc, training->argv),
                     TRAIN_CONFIG_DATA, stored, TRAIN_CONFIG_OPTIONS,
                     option_to_json(&TRAIN_OPTIONS, &training->options, OPTION_LOCAL),
                     TRAIN_CONFIG_STOP, reason, TRAIN_CONFIG_SECONDS, training->seconds);
}

/* For people to read: what decides results is exact in the checkpoint. */
enum exit_status train_config_save(const struct training *training, const char *reason)
{
    struct run_path path = run_path(&training->run, RUN_CONFIG);
    json_t *config = config_to_json(training, reason);
    enum exit_status status = train_json_save(path.text, config, 15);
    json_decref(config);
    return status;
}
