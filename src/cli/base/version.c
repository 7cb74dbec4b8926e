/*
 * descent --version: a list of the libraries as a bill of materials has it, each with the version
 * that runs and the file that it was loaded from. Versions are asked of the libraries themselves;
 * of popt, which does not tell, and of stb, which is compiled in, they are those that were built
 * with.
 */
#include "cli/base/version.h"

#include "cli/base/build_facts.h" /* made by meson */
#include "cli/base/paths.h"
#include "cli/base/record.h"

#include <descent/bench.h>
#include <descent/descent.h>
#include <limits.h>
#include <string.h>
#include <zlib.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

enum { VERSION_SIZE = 32 };

struct component {
    const char *name, *licence;
    char version[VERSION_SIZE];
    char path[PATH_MAX];
    const char *file; /* the path; NULL where it is in the program, or the system does not tell */
};

#define AT(kind, member) RECORD_MEMBER(kind, struct component, member)

static const struct record_field FIELDS[] = {
    {"name", AT(TEXT, name), .heading = "component"},
    {"version", AT(CHARS, version), .heading = "version"},
    {"licence", AT(TEXT, licence), .heading = "licence"},
    {"file", AT(TEXT, file), .heading = "file"},
};
static const struct record COMPONENT = RECORD(struct component, FIELDS);

/* "OpenBLAS 0.3.21 NO_LAPACKE …" */
static void ask_openblas(char *version)
{
    char text[256];
    descent_bench_describe_blas(text, sizeof text);
    const char *word = text + strcspn(text, " ");
    word += strspn(word, " ");
    snprintf(version, VERSION_SIZE, "%.*s", (int)strcspn(word, " "), word);
}

static void ask_zlib(char *version)
{
    snprintf(version, VERSION_SIZE, "%s", zlibVersion());
}

static void ask_jansson(char *version)
{
    snprintf(version, VERSION_SIZE, "%s", jansson_version_str());
}

#ifdef __GLIBC__
static void ask_glibc(char *version)
{
    snprintf(version, VERSION_SIZE, "%s", gnu_get_libc_version());
}
#endif

/* What is known beforehand: how the name of the library's file begins, and the version that runs or
 * was built with. */
static const struct known {
    const char *name, *licence, *file, *built;
    void (*ask)(char *version);
} KNOWN[] = {
    {"descent", "MIT", "libdescent.", DESCENT_VERSION, NULL},
    {"OpenBLAS", "BSD-3-Clause", "libopenblas", "", ask_openblas},
    {"zlib", "Zlib", "libz.", "", ask_zlib},
    {"jansson", "MIT", "libjansson.", "", ask_jansson},
    {"popt", "MIT", "libpopt.", POPT_VERSION, NULL},
    {"stb", "MIT", NULL, STB_VERSION, NULL},
#ifdef __GLIBC__
    {"glibc", "LGPL-2.1-or-later", "libc.", "", ask_glibc},
#endif
};

enum { COMPONENTS = sizeof KNOWN / sizeof KNOWN[0] };

/* Linux's list of what is loaded: a line for each piece, with its path at the end. False where the
 * library is in the program, or there is no such list. */
static bool find_file(char path[PATH_MAX], const char *beginning)
{
    FILE *maps = path_open_file("/proc/self/maps", "r");
    char line[PATH_MAX + 128];
    bool found = false;
    while (maps != NULL && !found && fgets(line, sizeof line, maps) != NULL) {
        const char *slash = strrchr(line, '/');
        found = slash != NULL && strncmp(slash + 1, beginning, strlen(beginning)) == 0;
    }
    if (found) {
        snprintf(path, PATH_MAX, "%.*s", (int)strcspn(strchr(line, '/'), "\n"), strchr(line, '/'));
    }
    if (maps != NULL) {
        path_close(maps, "/proc/self/maps");
    }
    return found;
}

static void describe(struct component *component, const struct known *known)
{
    component->name = known->name;
    component->licence = known->licence;
    snprintf(component->version, VERSION_SIZE, "%s", known->built);
    if (known->ask != NULL) {
        known->ask(component->version);
    }
    bool found = known->file != NULL && find_file(component->path, known->file);
    component->file = found ? component->path : NULL;
}

static const char *instructions(void)
{
    return descent_instruction_set_name(descent_instruction_set_in_use());
}

static enum exit_status print_all(bool json)
{
    static struct component components[COMPONENTS]; /* paths are too long for a small stack */
    char blas[256];
    descent_bench_describe_blas(blas, sizeof blas);
    for (size_t i = 0; i < COMPONENTS; i++) {
        describe(&components[i], &KNOWN[i]);
    }
    if (json) {
        return cli_print_json(json_pack("{s:s, s:s, s:s, s:s, s:o}", "descent", DESCENT_VERSION,
                                        "build", BUILT_BY, "instruction_set", instructions(),
                                        "openblas", blas, "components",
                                        record_array(&COMPONENT, components, COMPONENTS)));
    }
    printf("descent %s\nbuilt by      %s\npacked        %s\nblas          %s\n\n", DESCENT_VERSION,
           BUILT_BY, instructions(), blas);
    return record_print(&COMPONENT, components, COMPONENTS);
}

enum exit_status version_run(const char *const *arguments)
{
    bool verbose = arguments[0] != NULL && strcmp(arguments[0], "--verbose") == 0;
    bool json = verbose && arguments[1] != NULL && strcmp(arguments[1], "--json") == 0;
    const char *rest = arguments[(verbose ? 1 : 0) + (json ? 1 : 0)];
    if (rest != NULL) {
        return cli_usage("--version: expected nothing, --verbose or --verbose --json after it, "
                         "found \"%s\"",
                         rest);
    }
    if (verbose) {
        return print_all(json);
    }
    printf("descent %s\n", DESCENT_VERSION);
    return DONE;
}
