/*
 * The checks of the check-up. Each writes its sentence, which counts if it returns true. A
 * threshold is set where runs that go well stay clear of it: a false alarm costs more trust than a
 * missed one. Where several would hold, the one that names the cause speaks, and the others are
 * silent.
 */
#ifndef DESCENT_CLI_CHECKUP_CHECKS_H
#define DESCENT_CLI_CHECKUP_CHECKS_H

#include "cli/doctor/checkup.h"

typedef bool checkup_check(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE]);

/* checkup_data.c */
checkup_check checkup_misses_classes, checkup_misses_validation, checkup_is_unscaled,
    checkup_has_constant_inputs, checkup_has_constant_columns, checkup_has_counting_columns,
    checkup_has_unique_columns, checkup_has_telling_columns, checkup_has_large_pictures;

/* checkup_network.c */
checkup_check checkup_starts_far_off, checkup_has_alike_units, checkup_has_dead_units,
    checkup_has_saturated_units;

/* checkup_learning.c */
checkup_check checkup_does_not_move, checkup_is_at_chance, checkup_is_worse_than_mean,
    checkup_misses_answers, checkup_still_falls, checkup_overfits;

/* The loss of a network that has learnt nothing: of guessing, or else of the untrained one. */
double checkup_first_loss(const struct checkup_facts *facts);

/* Whether units are alike, or so many of a layer dead or saturated that it may be told. */
bool checkup_shows_units(const struct checkup_facts *facts);

/* Whether inputs or units are such that nothing can be learnt, which is told by itself. */
bool checkup_cannot_learn(const struct checkup_facts *facts);

/* Whether the inputs are left as they are, and are far from what networks learn best from. */
bool checkup_inputs_are_off(const struct checkup_facts *facts);

/* Whether the inputs' mean is far from zero, as that of dark strokes on white paper: all units then
 * see nearly the same, and ReLUs die together. */
bool checkup_inputs_are_light(const struct checkup_facts *facts);

/* checkup_cause.c: writes what in the options is likely to keep the network from learning, and its
 * cure; false, and no text, where nothing is known. */
bool checkup_name_cause(const struct checkup_facts *facts, char *text, size_t size);

#endif
