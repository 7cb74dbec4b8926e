/*
 * Tells folders of parts from folders of classes, by their names.
 */
#include "data/image_parts.h"

#include "base/fail.h"
#include "base/folder.h"
#include "data/sources.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { TRAIN, TEST, VALIDATION, ROLES };

static const char *const names[ROLES][3] = {
    [TRAIN] = {"train", "training"},
    [TEST] = {"test", "testing"},
    [VALIDATION] = {"val", "valid", "validation"},
};

/* The folders for each role, NULL where there is none. */
struct roles {
    const struct descent_folder_entry *entries[ROLES];
    const struct descent_folder_entry *second; /* another one for a role that has one, or NULL */
    size_t folders, classes;                   /* of any name, and of none of these */
};

/* ROLES for a folder of none. */
static int role_of(const char *name)
{
    for (int role = 0; role < ROLES; role++) {
        for (size_t i = 0; i < sizeof names[role] / sizeof names[role][0]; i++) {
            if (names[role][i] != NULL && strcasecmp(name, names[role][i]) == 0) {
                return role;
            }
        }
    }
    return ROLES;
}

static struct roles assign(const struct descent_folder *folder)
{
    struct roles roles = {0};
    for (size_t i = 0; i < folder->count; i++) {
        const struct descent_folder_entry *entry = &folder->entries[i];
        int role = entry->folder ? role_of(entry->name) : ROLES;
        roles.folders += entry->folder;
        roles.classes += entry->folder && role == ROLES;
        if (role < ROLES && roles.entries[role] != NULL) {
            roles.second = entry;
        } else if (role < ROLES) {
            roles.entries[role] = entry;
        }
    }
    return roles;
}

/* The folder of test samples, or NULL. */
static const struct descent_folder_entry *test_of(const struct roles *roles)
{
    return roles->entries[TEST] != NULL ? roles->entries[TEST] : roles->entries[VALIDATION];
}

static bool are_parts(const struct roles *roles)
{
    bool train = roles->entries[TRAIN] != NULL, test = test_of(roles) != NULL;
    bool alone = roles->folders == 1 && (train || test);
    return (train && roles->entries[TEST] != NULL) || alone ||
           (train && test && roles->classes == 0);
}

static bool holds_folder(const struct descent_folder *folder, const char *name)
{
    size_t i = 0;
    while (i < folder->count &&
           !(folder->entries[i].folder && strcmp(folder->entries[i].name, name) == 0)) {
        i++;
    }
    return i < folder->count;
}

/* How many folders both folders hold by the same name. */
static descent_status count_common(size_t *common, const char *one, const char *other)
{
    struct descent_folder folders[2] = {{0}};
    *common = 0;
    descent_status status = descent_folder_list(&folders[0], one);
    if (status == DESCENT_OK) {
        status = descent_folder_list(&folders[1], other);
    }
    for (size_t i = 0; i < folders[0].count && status == DESCENT_OK; i++) {
        const struct descent_folder_entry *entry = &folders[0].entries[i];
        *common += entry->folder && holds_folder(&folders[1], entry->name);
    }
    descent_folder_free(&folders[0]);
    descent_folder_free(&folders[1]);
    return status;
}

/* Classes of which one has a part's name. Where it holds the same folders as another one, both are
 * parts, and a network would learn to tell these apart. */
static descent_status check_classes(const struct descent_folder *folder, const struct roles *roles,
                                    const char *path)
{
    const struct descent_folder_entry *train = roles->entries[TRAIN];
    for (size_t i = 0; i < folder->count && train != NULL; i++) {
        const struct descent_folder_entry *entry = &folder->entries[i];
        size_t common = 0;
        if (entry->folder && entry != train) {
            DESCENT_TRY(count_common(&common, train->path, entry->path));
        }
        if (common >= 2) {
            return descent_fail(DESCENT_ERROR_FORMAT,
                                "%s: expected a folder for each class, or the folders train and "
                                "test, found %s and %s, which hold folders of the same names; "
                                "rename the one of the test part to test, and move other folders "
                                "away",
                                path, train->name, entry->name);
        }
    }
    return DESCENT_OK;
}

static descent_status keep_aside(struct descent_image_parts *parts,
                                 const struct descent_folder *folder, const struct roles *roles)
{
    for (size_t i = 0; i < folder->count; i++) {
        const struct descent_folder_entry *entry = &folder->entries[i];
        if (entry != roles->entries[TRAIN] && entry != test_of(roles)) {
            DESCENT_TRY(descent_aside_add(&parts->aside, entry->name, entry->path, entry->folder));
        }
    }
    return DESCENT_OK;
}

/* The folder of a part, among those that are parts. */
static descent_status choose_part(const struct descent_folder_entry **chosen,
                                  const struct roles *roles, const char *path, descent_part part)
{
    const struct descent_folder_entry *test = test_of(roles);
    if (roles->second != NULL) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected one folder for a part, found another one next to it",
                            roles->second->path);
    }
    if (roles->entries[TRAIN] == NULL && part != DESCENT_PART_TEST) {
        return descent_fail(DESCENT_ERROR_NOT_FOUND,
                            "%s: expected a folder train next to the folder %s, found none", path,
                            test->name);
    }
    if (test != NULL && part == DESCENT_PART_ALL) {
        return descent_source_has_parts(path);
    }
    *chosen = test != NULL && part == DESCENT_PART_TEST ? test : roles->entries[TRAIN];
    return DESCENT_OK;
}

static descent_status choose(struct descent_image_parts *parts, const struct descent_folder *folder,
                             const char *path, descent_part part)
{
    struct roles roles = assign(folder);
    const char *root = path;
    parts->split = part != DESCENT_PART_ALL;
    if (!are_parts(&roles)) {
        DESCENT_TRY(check_classes(folder, &roles, path));
    } else {
        const struct descent_folder_entry *chosen = NULL;
        DESCENT_TRY(choose_part(&chosen, &roles, path, part));
        DESCENT_TRY(keep_aside(parts, folder, &roles));
        parts->split = parts->split && test_of(&roles) == NULL;
        parts->validation = test_of(&roles) != NULL && roles.entries[TEST] == NULL;
        root = chosen->path;
    }
    return snprintf(parts->root, PATH_MAX, "%s", root) < PATH_MAX
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_IO, "%s: the path is too long", path);
}

descent_status descent_image_parts_find(struct descent_image_parts *parts, const char *path,
                                        descent_part part)
{
    *parts = (struct descent_image_parts){0};
    struct descent_folder folder;
    descent_status status = descent_folder_list(&folder, path);
    if (status == DESCENT_OK) {
        status = choose(parts, &folder, path, part);
    }
    descent_folder_free(&folder);
    return status;
}
