/*
 * Reads names of arrays, word by word.
 */
#include "data/array_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 64 };

/* What a word means; a word of a part and a role is both. */
static const struct word {
    const char *text;
    enum descent_array_part part;
    enum descent_array_role role;
} words[] = {
    {"train", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_UNKNOWN},
    {"training", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_UNKNOWN},
    {"test", DESCENT_ARRAY_TEST, DESCENT_ARRAY_UNKNOWN},
    {"testing", DESCENT_ARRAY_TEST, DESCENT_ARRAY_UNKNOWN},
    {"t10k", DESCENT_ARRAY_TEST, DESCENT_ARRAY_UNKNOWN},
    {"images", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES},
    {"image", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES},
    {"imgs", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES},
    {"data", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES},
    {"features", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES},
    {"x", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_SAMPLES},
    {"xtrain", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_SAMPLES},
    {"xtest", DESCENT_ARRAY_TEST, DESCENT_ARRAY_SAMPLES},
    {"labels", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_LABELS},
    {"label", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_LABELS},
    {"targets", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_TARGETS},
    {"target", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_EITHER},
    {"y", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_EITHER},
    {"ytrain", DESCENT_ARRAY_TRAIN, DESCENT_ARRAY_EITHER},
    {"ytest", DESCENT_ARRAY_TEST, DESCENT_ARRAY_EITHER},
    /* of formats */
    {"npy", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN},
    {"npz", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN},
    {"gz", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN},
    {"idx", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN},
    {"ubyte", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN},
    {"byte", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN},
    {"int", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN},
    {"float", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN},
    {"double", DESCENT_ARRAY_WHOLE, DESCENT_ARRAY_UNKNOWN},
};

static const struct word *find(const char *text)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].text, text) == 0) {
            return &words[i];
        }
    }
    return NULL;
}

static size_t rank_of(const char *word)
{
    bool rank = strncmp(word, "idx", 3) == 0 && word[3] >= '1' && word[3] <= '8' && word[4] == '\0';
    return rank ? (size_t)(word[3] - '0') : 0;
}

/* The first part and the first role that are named count; the same again is a word of the set.
 * What names labels or features, as target_names does, is neither. */
static void take(struct descent_array_name *name, const char *text)
{
    const struct word *word = find(text);
    size_t rank = rank_of(text);
    bool part = word != NULL && word->part != DESCENT_ARRAY_WHOLE;
    bool role = word != NULL && word->role != DESCENT_ARRAY_UNKNOWN;
    if (rank > 0) {
        name->idx_rank = rank;
    } else if (word == NULL || (part && name->part != DESCENT_ARRAY_WHOLE) ||
               (role && name->role != DESCENT_ARRAY_UNKNOWN)) {
        size_t used = strlen(name->set);
        snprintf(name->set + used, sizeof name->set - used, "%s%s", used > 0 ? "-" : "", text);
        name->role = strcmp(text, "names") == 0 ? DESCENT_ARRAY_UNKNOWN : name->role;
    } else {
        name->part = part ? word->part : name->part;
        name->role = role ? word->role : name->role;
    }
}

struct descent_array_name descent_array_name_read(const char *text)
{
    struct descent_array_name name = {0};
    while (*text != '\0') {
        char word[WORD_MAX] = "";
        size_t length = 0;
        for (; isalnum((unsigned char)*text); text++) {
            word[length] = (char)tolower((unsigned char)*text);
            length += length < sizeof word - 1;
        }
        word[length] = '\0';
        if (length > 0) {
            take(&name, word);
        }
        text += *text != '\0';
    }
    return name;
}
