/*
 * Whether a command asks for the study that is in the folder.
 */
#include "cli/base/controls.h"
#include "cli/sweep/study_file.h"

#include "cli/base/text.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_SIZE = 256, WORDS_SIZE = 1024 };

bool study_option_is_kept(const struct option *row)
{
    return option_offered(row) && row->storage >= OPTION_LOCAL;
}

static bool is_one_of(const struct option *row, const char *const *names)
{
    while (*names != NULL && strcmp(*names, row->name) != 0) {
        names++;
    }
    return *names != NULL;
}

/* What is not part of the configuration, or compared by what it comes to. */
static bool is_compared(const struct option *row)
{
    static const char *const by_meaning[] = {"seed", "seeds", "trials", NULL};
    static const char *const beside[] = {"init-from", NULL};
    bool decides = row->storage == OPTION_RESULT || is_one_of(row, beside);
    return study_option_is_kept(row) && decides && !is_one_of(row, by_meaning);
}

/* As it would be given; lines of one that was given several times have commas between. */
static void write_value(char text[VALUE_SIZE], const struct option *row,
                        const struct study_options *options)
{
    char whole[STUDY_VALUE_SIZE];
    option_format(row, options, whole, sizeof whole);
    text_cut(text, VALUE_SIZE, whole[0] != '\0' ? whole : "not given");
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '\n' ? ' ' : *c;
    }
    controls_remove(text);
}

static void add_words(char words[WORDS_SIZE], const char *name, const char *was, const char *is)
{
    text_append(words, WORDS_SIZE, "%s--%s was %s, is %s", words[0] == '\0' ? "" : "; ", name, was,
                is);
}

static void add_counts(char words[WORDS_SIZE], const char *name, uint64_t was, uint64_t is)
{
    char before[TEXT_SIZE], now[TEXT_SIZE];
    add_words(words, name, text_count(before, was), text_count(now, is));
}

static void compare_options(char words[WORDS_SIZE], const struct study *study,
                            const struct study_stored *stored)
{
    const struct option_table *table = study_options_table();
    for (size_t i = 0; i < table->count; i++) {
        const struct option row = option_row(table, i);
        char was[VALUE_SIZE], is[VALUE_SIZE];
        if (is_compared(&row)) {
            write_value(was, &row, &stored->options);
            write_value(is, &row, &study->options);
            if (strcmp(was, is) != 0) {
                add_words(words, row.name, was, is);
            }
        }
    }
}

static void compare_seeds(char words[WORDS_SIZE], const struct study *study,
                          const struct study_stored *stored)
{
    const struct study_stage *last = &stored->stages[stored->stage_count - 1];
    const struct study_stage *wanted = &study->stages[0];
    uint64_t was, count;
    study_seeds_of(&was, &count, &stored->options);
    if (was != study->first_seed) {
        text_append(words, WORDS_SIZE, "%sthe first seed was %ju, is %ju",
                    words[0] == '\0' ? "" : "; ", (uintmax_t)was, (uintmax_t)study->first_seed);
    }
    bool grows = !study_adapts(&study->options); /* the trials that there are stay the same */
    if (wanted->seeds < last->seeds || (wanted->seeds != last->seeds && !grows)) {
        add_counts(words, "seeds", last->seeds, wanted->seeds);
    }
    bool drawn = wanted->trials > 0 && last->trials > 0;
    if (wanted->trials < last->trials || (wanted->trials != last->trials && !(grows && drawn))) {
        add_counts(words, "trials", last->trials, wanted->trials);
    }
    uint64_t drawn_by = stored->options.training.options.seed;
    uint64_t seed = study->options.training.options.seed;
    if (drawn && drawn_by != seed && was == study->first_seed) {
        add_counts(words, "seed", drawn_by, seed);
    }
}

enum exit_status study_compare(const struct study *study, const struct study_stored *stored)
{
    char words[WORDS_SIZE] = "";
    compare_options(words, study, stored);
    compare_seeds(words, study, stored);
    return words[0] == '\0' ? DONE
                            : cli_usage("%.200s: the folder holds another study: %s. Give another "
                                        "--out, or --force to replace it",
                                        study->folder, words);
}
