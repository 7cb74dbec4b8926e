/*
 * Layouts against the formula of their header: every number is met once, and copies keep all.
 */
#include "compute/layout.h"
#include "compute/packed.h"
#include "harness.h"

#include <string.h>

enum { ROWS = 9, WIDTH_MAX = 70 };

static const size_t widths[] = {1, 15, 16, 17, 32, 33, WIDTH_MAX};

enum { WIDTHS = TEST_COUNT(widths), ROOM = (ROWS + 1) * (WIDTH_MAX + DESCENT_PANEL) };

static struct descent_layout layout_of(bool packed, size_t width)
{
    return packed ? descent_packed_layout(ROWS, width) : descent_layout_rows(width);
}

static size_t place(const struct descent_layout *layout, size_t row, size_t column)
{
    return row * layout->step + column / DESCENT_PANEL * layout->panel_step +
           column % DESCENT_PANEL;
}

/* How often the blocks meet each number of the layout; the last stands for wrong places. */
static void count_visits(const struct descent_layout *layout, struct descent_span rows,
                         struct descent_span columns, int visits[ROOM])
{
    struct descent_block b = descent_layout_first(layout, rows, columns);
    for (; b.columns > 0; b = descent_layout_next(layout, b, columns)) {
        for (size_t i = 0; i < b.rows; i++) {
            for (size_t j = 0; j < b.columns; j++) {
                size_t at = b.at + i * b.step + j;
                bool right = at == place(layout, b.row + i, b.column + j);
                visits[right && at < descent_layout_room(layout, ROWS) ? at : ROOM - 1]++;
            }
        }
    }
}

static bool within(struct descent_span span, size_t i)
{
    return i >= span.first && i < span.first + span.count;
}

static void check_visits(const struct descent_layout *layout, struct descent_span rows,
                         struct descent_span columns)
{
    int visits[ROOM] = {0}, expected[ROOM] = {0};
    count_visits(layout, rows, columns, visits);
    for (size_t i = 0; i < ROWS * layout->width; i++) {
        size_t row = i / layout->width, column = i % layout->width;
        expected[place(layout, row, column)] = within(rows, row) && within(columns, column);
    }
    ck_assert_mem_eq(visits, expected, sizeof visits);
}

START_TEST(blocks_meet_every_number_once)
{
    struct descent_layout layout = layout_of(_i / WIDTHS != 0, widths[_i % WIDTHS]);
    const struct descent_span rows[] = {{0, ROWS}, {3, 5}, {8, 1}, {4, 0}};
    for (size_t r = 0; r < TEST_COUNT(rows); r++) {
        for (size_t first = 0; first < layout.width; first += 7) {
            for (size_t count = 0; count <= layout.width - first; count += 5) {
                check_visits(&layout, rows[r], (struct descent_span){first, count});
            }
            check_visits(&layout, rows[r], (struct descent_span){first, layout.width - first});
        }
    }
}
END_TEST

START_TEST(copies_keep_the_numbers_of_their_rows_and_nothing_else)
{
    size_t width = widths[_i % WIDTHS];
    struct descent_layout from = layout_of(_i / WIDTHS != 0, width);
    struct descent_layout to = layout_of(_i / WIDTHS == 0, width);
    const struct descent_span rows = {2, 6};
    float source[ROOM], copy[ROOM] = {0}, expected[ROOM] = {0};
    for (size_t i = 0; i < ROOM; i++) {
        source[i] = (float)(i + 1);
    }
    for (size_t i = 0; i < ROWS * width; i++) {
        if (within(rows, i / width)) {
            expected[place(&to, i / width, i % width)] = source[place(&from, i / width, i % width)];
        }
    }
    descent_layout_copy(rows, &from, source, &to, copy);
    ck_assert_mem_eq(copy, expected, sizeof copy);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(blocks_meet_every_number_once, 2 * WIDTHS),
        TEST_LOOP(copies_keep_the_numbers_of_their_rows_and_nothing_else, 2 * WIDTHS),
    };
    return run_tests("layout", cases, TEST_COUNT(cases));
}
