/*
 * The ranges are those of Unicode: Cc, the separators of lines and paragraphs, and the controls of
 * writing from right to left (UAX 9), of which a text read by a person needs none, while "Trojan
 * Source" (Boucher and Anderson, 2023) shows what they hide.
 */
#include "cli/base/controls.h"

#include "cli/base/text.h"

#include <stddef.h>
#include <string.h>

static const struct {
    uint32_t first, last;
} controls[] = {{0x01, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, {0x200E, 0x200F},
                {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}};

bool controls_has(uint32_t character)
{
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++) {
        if (character >= controls[i].first && character <= controls[i].last) {
            return true;
        }
    }
    return false;
}

void controls_remove(char *text)
{
    const char *end = text;
    while (*end != '\0') {
        char *begin = text + (end - text);
        uint32_t character = text_character(&end);
        size_t size = (size_t)(end - begin);
        if (controls_has(size == 1 ? (unsigned char)*begin : character)) {
            memset(begin, '?', size);
        }
    }
}
