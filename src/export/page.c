/*
 * A page: the sources in page/, of which those go in that this network needs, filled with what the
 * network is and with its weights. All texts that come from a model's file stand in one JSON
 * object, which no parser of HTML can leave early, or are escaped; the page's security policy lets
 * nothing run but its own scripts, which it knows by their digests.
 */
#include "export/page.h"

#include "base/fail.h"
#include "export/text.h"
#include "export/weights.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A file of page/ as pack.py has made it. */
struct piece {
    const char *name;
    const char *digest; /* "sha256-…" */
    const char *text;
};

static const struct piece pieces[] = {
#include "export/page_pieces.inc"
};

enum { PIECES = sizeof pieces / sizeof pieces[0] };

struct page {
    const descent_predictor *predictor;
    const descent_export_page_config *config;
    char *data; /* JSON */
};

static bool has_ending(const char *name, const char *ending)
{
    size_t length = strlen(name), size = strlen(ending);
    return length >= size && strcmp(name + length - size, ending) == 0;
}

/* Whether the piece is a script that this page runs. */
static bool is_script(const struct piece *piece, const struct page *page)
{
    bool pictures = page->config->height > 0, cropped = page->config->as_mnist;
    const struct {
        const char *name;
        bool used;
    } some[] = {{"picture.js", pictures && cropped},
                {"resize.js", pictures && !cropped},
                {"draw.js", pictures},
                {"form.js", !pictures}};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        if (strcmp(piece->name, some[i].name) == 0) {
            return some[i].used;
        }
    }
    return has_ending(piece->name, ".js");
}

static bool is_style(const struct piece *piece, const struct page *page)
{
    (void)page;
    return has_ending(piece->name, ".css");
}

typedef bool choose_piece(const struct piece *piece, const struct page *page);

/* The pieces that are chosen, as elements. */
static void add_elements(struct descent_text *text, const struct page *page, choose_piece *choose,
                         const char *tag)
{
    for (size_t i = 0; i < PIECES; i++) {
        if (choose(&pieces[i], page)) {
            descent_text_add(text, "<%s id=\"%s\">%s</%s>\n", tag, pieces[i].name, pieces[i].text,
                             tag);
        }
    }
}

/* Their digests, as sources of the security policy. */
static void add_digests(struct descent_text *text, const struct page *page, choose_piece *choose)
{
    const char *before = "";
    for (size_t i = 0; i < PIECES; i++) {
        if (choose(&pieces[i], page)) {
            descent_text_add(text, "%s'%s'", before, pieces[i].digest);
            before = " ";
        }
    }
}

static void add_script_digests(struct descent_text *text, const struct page *page)
{
    add_digests(text, page, is_script);
}

static void add_style_digests(struct descent_text *text, const struct page *page)
{
    add_digests(text, page, is_style);
}

static void add_scripts(struct descent_text *text, const struct page *page)
{
    add_elements(text, page, is_script, "script");
}

static void add_styles(struct descent_text *text, const struct page *page)
{
    add_elements(text, page, is_style, "style");
}

/* A text as HTML has it, each character that could mean something replaced. */
static void add_title(struct descent_text *text, const struct page *page)
{
    static const char special[] = "<>&\"'";
    for (const char *c = page->config->title; *c != '\0'; c++) {
        if (strchr(special, *c) != NULL) {
            descent_text_add(text, "&#%d;", *c);
        } else {
            descent_text_put(text, c, 1);
        }
    }
}

/* The weights, lowest byte first, which are those of the model's file: three bytes are four
 * characters. */
static void add_base64(struct descent_text *text, const float *numbers, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    for (size_t at = 0; at < 4 * count; at++) {
        uint32_t number;
        memcpy(&number, &numbers[at / 4], sizeof number);
        bits = bits << 8 | (number >> 8 * (at % 4) & 0xFF);
        bool last = at + 1 == 4 * count;
        if (at % 3 == 2 || last) {
            size_t missing = 2 - at % 3;
            bits <<= 8 * missing;
            const char four[] = {digits[bits >> 18 & 63], digits[bits >> 12 & 63],
                                 missing < 2 ? digits[bits >> 6 & 63] : '=',
                                 missing < 1 ? digits[bits & 63] : '='};
            descent_text_put(text, four, sizeof four);
            bits = 0;
        }
    }
}

/* What the scripts read. A "<" cannot stand outside of a text in JSON, and may be written as its
 * number in one. */
static void add_data(struct descent_text *text, const struct page *page)
{
    const descent_model *model = descent_predictor_model(page->predictor);
    descent_text_add(text, "<script id=\"model\" type=\"application/json\">");
    for (const char *c = page->data; *c != '\0'; c++) {
        if (*c == '<') {
            descent_text_add(text, "\\u003c");
        } else {
            descent_text_put(text, c, 1);
        }
    }
    descent_text_add(text, "</script>\n<script id=\"weights\" type=\"text/plain\">");
    add_base64(text, descent_model_parameters(model), descent_model_parameter_count(model));
    descent_text_add(text, "</script>");
}

/* The page's frame, in which {{name}} stands for what is written there. */
static void fill(struct descent_text *text, const char *frame, const struct page *page)
{
    static const struct {
        const char *name;
        void (*add)(struct descent_text *text, const struct page *page);
    } slots[] = {
        {"{{title}}", add_title},     {"{{script-digests}}", add_script_digests},
        {"{{scripts}}", add_scripts}, {"{{style-digests}}", add_style_digests},
        {"{{styles}}", add_styles},   {"{{data}}", add_data},
    };
    for (const char *slot = strstr(frame, "{{"); slot != NULL; slot = strstr(frame, "{{")) {
        descent_text_put(text, frame, (size_t)(slot - frame));
        frame = slot + 2;
        for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
            size_t length = strlen(slots[i].name);
            if (strncmp(slot, slots[i].name, length) == 0) {
                slots[i].add(text, page);
                frame = slot + length;
            }
        }
    }
    descent_text_put(text, frame, strlen(frame));
}

/* Whether the pictures are what the network takes. */
static bool fits(const descent_export_page_config *config, size_t inputs)
{
    return config->height == 0 ||
           (config->width > 0 && (config->channels == 3 || config->channels == 1) &&
            config->height * config->width * config->channels == inputs);
}

descent_status descent_export_page(char **html, const descent_predictor *predictor,
                                   const descent_export_page_config *config)
{
    DESCENT_RETURN_UNLESS(html != NULL);
    *html = NULL;
    DESCENT_RETURN_UNLESS(predictor != NULL && config != NULL && config->title != NULL);
    DESCENT_RETURN_UNLESS(config->facts != NULL || config->fact_count == 0);
    DESCENT_RETURN_UNLESS(fits(config, descent_predictor_inputs(predictor)));
    DESCENT_TRY(descent_export_check(descent_predictor_model(predictor), DESCENT_EXPORT_PAGE_MAX,
                                     "few browsers would load more; use ONNX"));
    struct page page = {predictor, config, NULL};
    DESCENT_TRY(descent_page_data(&page.data, predictor, config));
    struct descent_text text = {0};
    for (size_t i = 0; i < PIECES; i++) {
        if (has_ending(pieces[i].name, ".html")) {
            fill(&text, pieces[i].text, &page);
        }
    }
    free(page.data);
    return descent_text_end(&text, html);
}
