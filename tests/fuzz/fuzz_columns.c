/*
 * Fuzz target: lists of columns, and below them any CSV file that is read by them. The first line
 * chooses how, by its bytes; the next four are the columns of labels, of words, and those to ignore
 * and to keep, empty for none given. What loads holds what any data set does, and its columns come
 * back from their text.
 */
#include "loaded.h"

#include <stdlib.h>

enum { LABELS = 1, WORDS, IGNORE, KEEP, LISTS };

/* Cuts the text at its first ends of lines; returns what is behind them. */
static char *cut_lines(char *text, char **lines)
{
    for (size_t i = 0; i < LISTS; i++) {
        lines[i] = text;
        text += strcspn(text, "\n");
        if (*text == '\n') {
            *text++ = '\0';
        }
    }
    return text;
}

static const char *given(const char *line)
{
    return line[0] != '\0' ? line : NULL;
}

static bool has(const char *how, char letter)
{
    return strchr(how, letter) != NULL;
}

static descent_source read_source(char *const *lines)
{
    const char *how = lines[0];
    return (descent_source){
        .test = 0.5,
        .label_column = given(lines[LABELS]),
        .words = given(lines[WORDS]),
        .ignore = given(lines[IGNORE]),
        .keep = given(lines[KEEP]),
        .regression = has(how, 'r'),
        .multi_label = has(how, 'm'),
        .header = has(how, 'h') ? DESCENT_HEADER_YES
                                : (has(how, 'n') ? DESCENT_HEADER_NO : DESCENT_HEADER_AUTO),
        .missing = has(how, 'x') ? DESCENT_MISSING_REFUSE : 0,
        .separator = has(how, ';') ? ';' : (has(how, ' ') ? ' ' : '\0'),
        .values = has(how, 'b') ? DESCENT_VALUES_BYTES : DESCENT_VALUES_AUTO,
    };
}

static void check_columns(const descent_dataset *dataset)
{
    char *text = NULL;
    descent_columns *copy = NULL;
    const descent_columns *columns = descent_dataset_columns(dataset);
    if (columns == NULL) {
        return;
    }
    fuzz_check(descent_columns_save(&text, columns) == DESCENT_OK);
    fuzz_check(descent_columns_load(&copy, text) == DESCENT_OK);
    fuzz_check(descent_columns_features(copy) == descent_dataset_features(dataset));
    descent_columns_destroy(copy);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *lines[LISTS], path[512]; /* scratch_path() gives out the same room again */
    fuzz_begin();
    char *text = calloc(size + 1, 1);
    fuzz_check(text != NULL);
    memcpy(text, data, size);
    const char *table = cut_lines(text, lines);
    descent_source source = read_source(lines);
    snprintf(path, sizeof path, "%s",
             scratch_write("input.csv", table, size - (size_t)(table - text)));
    for (int part = DESCENT_PART_TRAIN; part <= DESCENT_PART_TEST; part++) {
        source.part = (descent_part)part;
        descent_dataset *dataset = loaded_dataset(path, &source);
        if (dataset != NULL) {
            check_columns(dataset);
        }
        descent_dataset_destroy(dataset);
    }
    free(text);
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    static const char *const seeds[] = {
        "h\nlabel\nb\nd\nid\nid,a,b,label,d\n1,2,3,x,?\n2,3,4,y,1\n3,2,3,x,\n4,3,4,y,2\n",
        "rn\n-1,2\n\n\n1\n1,2,3,4\n5,6,7,8\n1,2,4,8\n2,4,8,16\n",
        ("m;h\na,b\n\nlast-2\n\"the, name\"\na;b;x;last;the, name\n1;0;2;3;4\n0;1;3;4;5\n"
         "1;1;2;2;2\n0;0;1;1;1\n"),
        "xb\n\n1\n2-3\n\n1,0,0,7,a\n2,0,0,8,b\n1,0,0,9,a\n2,0,0,7,b\n",
        "m\n-1\n\n\n\n1,a|b\n2,\n3,b\n4,a\n",
    };
    if (number >= sizeof seeds / sizeof seeds[0]) {
        return false;
    }
    return descent_file_save(path, seeds[number], strlen(seeds[number])) == DESCENT_OK;
}
