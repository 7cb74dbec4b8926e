/*
 * The arena: aligned offsets, one zeroed block, and no size that overflows.
 */
#include "harness.h"

#include "base/arena.h"

#include <stdint.h>

START_TEST(parts_are_aligned_and_do_not_overlap)
{
    struct descent_arena_plan plan = {0};
    ck_assert_uint_eq(descent_arena_reserve(&plan, 1, 1), 0);
    ck_assert_uint_eq(descent_arena_reserve(&plan, 16, 4), 64);
    ck_assert_uint_eq(descent_arena_reserve(&plan, 65, 1), 128);
    ck_assert_uint_eq(descent_arena_reserve(&plan, 0, 8), 256);
    ck_assert_uint_eq(descent_arena_reserve(&plan, 3, 8), 256);
    ck_assert_uint_eq(plan.size, 320);
}
END_TEST

START_TEST(the_block_is_aligned_and_zeroed)
{
    struct descent_arena_plan plan = {0};
    descent_arena_reserve(&plan, 1000, 1);
    unsigned char *block = descent_arena_allocate(&plan);
    ck_assert_ptr_nonnull(block);
    ck_assert_uint_eq((uintptr_t)block % DESCENT_ARENA_ALIGNMENT, 0);
    for (size_t i = 0; i < plan.size; i++) {
        ck_assert_uint_eq(block[i], 0);
    }
    free(block);
}
END_TEST

START_TEST(an_empty_plan_still_gives_a_block)
{
    struct descent_arena_plan plan = {0};
    void *block = descent_arena_allocate(&plan);
    ck_assert_ptr_nonnull(block);
    free(block);
}
END_TEST

START_TEST(overflow_is_kept_until_the_allocation)
{
    static const size_t bad[][2] = {
        {SIZE_MAX, 2},
        {SIZE_MAX / 4 + 1, 4},
        {SIZE_MAX - 5, 1},
        {SIZE_MAX - 63, 1},
    };
    struct descent_arena_plan plan = {0};
    descent_arena_reserve(&plan, 100, 1);
    descent_arena_reserve(&plan, bad[_i][0], bad[_i][1]);
    ck_assert(plan.overflow);
    descent_arena_reserve(&plan, 1, 1);
    ck_assert_ptr_null(descent_arena_allocate(&plan));
}
END_TEST

START_TEST(a_block_beyond_the_address_space_is_refused)
{
    struct descent_arena_plan plan = {0};
    descent_arena_reserve(&plan, (size_t)PTRDIFF_MAX + 1, 1);
    ck_assert(!plan.overflow);
    ck_assert_ptr_null(descent_arena_allocate(&plan));
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(parts_are_aligned_and_do_not_overlap),
        TEST_CASE(the_block_is_aligned_and_zeroed),
        TEST_CASE(an_empty_plan_still_gives_a_block),
        TEST_LOOP(overflow_is_kept_until_the_allocation, 4),
        TEST_CASE(a_block_beyond_the_address_space_is_refused),
    };
    return run_tests("arena", cases, TEST_COUNT(cases));
}
