/*
 * The run's log.txt: all messages of the command, those before there was a run folder as well.
 */
#include "cli/train/train.h"

#include "cli/base/paths.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum exit_status train_log_keep(struct training *training)
{
    struct train_log *log = &training->log;
    log->memory = text_open(&log->early, &log->size);
    if (log->memory == NULL) {
        return cli_failed("out of memory for messages");
    }
    fputc('\n', log->memory); /* which stands between the messages of two commands */
    cli_keep_messages(log->memory);
    return DONE;
}

enum exit_status train_log_open(struct training *training)
{
    struct train_log *log = &training->log;
    struct stat about;
    log->path = run_path(&training->run, RUN_LOG);
    if (path_is_there(log->path.text) && !path_is_file(log->path.text)) {
        return cli_failed("%s: expected a file, found something else", log->path.text);
    }
    bool follows = stat(log->path.text, &about) == 0 && about.st_size > 0;
    cli_keep_messages(NULL);
    bool complete = text_close(log->memory, &log->early);
    log->memory = NULL;
    if (!complete) {
        return cli_failed("out of memory for messages");
    }
    cli_keep_messages_in(log->path.text, log->early + (follows ? 0 : 1));
    return DONE;
}

void train_log_close(struct training *training)
{
    struct train_log *log = &training->log;
    cli_keep_messages(NULL);
    if (log->memory != NULL) {
        (void)fclose(log->memory);
    }
    free(log->early);
}
