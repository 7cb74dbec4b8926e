/*
 * The usual mistakes, a row each. A threshold is set where runs that go well stay clear of it: a
 * false alarm costs more trust than a missed one.
 */
#include "cli/doctor/checkup.h"

#include "cli/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Inputs with a magnitude above the first, or all of them below the second. */
static const double large_input = 20.0, small_input = 0.1;

/* Of ln C, and on top of that: how far the untrained loss may be away. */
static const double loss_share = 0.5, loss_slack = 1.0;

/* Shares of a layer. */
static const double many_dead = 0.5, nearly_all_dead = 0.9, many_saturated = 0.6;

/* Relative changes of the training loss below which it stands still. */
static const double still_recently = 0.005, still_altogether = 0.02;

/* Before this, nothing is said about learning. */
enum { EPOCHS_MIN = 3, STEPS_MIN = 100, SAMPLES_MIN = 100 };

/* How far the validation loss stays above its best: as a factor, and by a share of the untrained
 * loss; and as a factor above the training loss. */
static const double risen = 1.3, risen_share = 0.02, parted = 2.0;

/* "class a", or "classes a, b, c and 3 more", of those without samples; returns how many there are,
 * 0 for data that are not at hand. */
static size_t list_missing(const descent_dataset *dataset, char *text, size_t size)
{
    enum { NAMED = 3 };
    size_t missing = 0, classes = dataset != NULL ? descent_dataset_classes(dataset) : 0;
    for (size_t c = 0; c < classes; c++) {
        missing += descent_dataset_class_counts(dataset)[c] == 0;
    }
    snprintf(text, size, "%s", missing == 1 ? "class" : "classes");
    for (size_t c = 0, named = 0; c < classes && named < NAMED; c++) {
        if (descent_dataset_class_counts(dataset)[c] == 0) {
            text_append(text, size, "%s%s", named++ > 0 ? ", " : " ",
                        descent_dataset_class_names(dataset)[c]);
        }
    }
    if (missing > NAMED) {
        text_append(text, size, " and %zu more", missing - NAMED);
    }
    return missing;
}

static bool misses_classes(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    char list[256];
    size_t missing = list_missing(facts->train, list, sizeof list);
    snprintf(text, CHECKUP_TEXT_SIZE,
             "there are no training samples of %s: the network cannot learn these classes; "
             "add samples, or number the classes without gaps",
             list);
    return missing > 0;
}

static bool misses_validation(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    char list[256];
    size_t untrained = list_missing(facts->train, list, sizeof list);
    size_t missing = list_missing(facts->validation, list, sizeof list);
    snprintf(
        text, CHECKUP_TEXT_SIZE,
        "there are no validation samples of %s, because there are too few samples to hold some "
        "back: validation does not measure these classes; add samples",
        list);
    return missing > 0 && untrained == 0;
}

static bool is_unscaled(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    const struct checkup_inputs *inputs = &facts->inputs;
    double most = fmax(fabs(inputs->low), fabs(inputs->high));
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the inputs range from %.4g to %.4g: networks learn best from numbers around 1; "
             "--standardize feature or set scales them",
             inputs->low, inputs->high);
    /* What is standardised already can have outliers, which no option takes away. */
    return inputs->count > 0 && facts->options->standardize == DESCENT_STANDARDIZE_NONE &&
           !(most <= large_input && most >= small_input);
}

/* The loss of naming all classes as likely; NaN where the loss is another one. */
static double guessing_loss(const struct checkup_facts *facts)
{
    bool named = facts->classes >= 2 && facts->options->loss == DESCENT_LOSS_CROSS_ENTROPY;
    return named ? log((double)facts->classes) : NAN;
}

static bool starts_far_off(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    double guessing = guessing_loss(facts), loss = facts->history.start_loss;
    snprintf(
        text, CHECKUP_TEXT_SIZE,
        "the untrained network's loss is %.4g, that of guessing among %zu classes is %.4g: its "
        "first outputs are too confident; try another --init, or --standardize",
        loss, facts->classes, guessing);
    return facts->history.rows > 0 && !isnan(guessing) && facts->options->init_from == NULL &&
           !(fabs(loss - guessing) <= loss_share * guessing + loss_slack);
}

static size_t worst_layer(const struct checkup_facts *facts, bool dead)
{
    size_t worst = 0;
    for (size_t l = 1; l < facts->layers; l++) {
        const struct checkup_layer *a = &facts->layer[l], *b = &facts->layer[worst];
        worst = (dead ? a->dead > b->dead : a->saturated > b->saturated) ? l : worst;
    }
    return worst;
}

/* Whether so few units are left that nothing else need be said. */
static bool is_dead(const struct checkup_facts *facts)
{
    return facts->layers > 0 && facts->layer[worst_layer(facts, true)].dead >= nearly_all_dead;
}

static bool has_dead_units(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    size_t l = worst_layer(facts, true);
    snprintf(
        text, CHECKUP_TEXT_SIZE,
        "%.0f %% of the units of hidden layer %zu are zero on all samples and no longer learn: "
        "try a lower learning rate (--lr), --warmup, or --activation leaky-relu",
        100.0 * facts->layer[l].dead, l + 1);
    return facts->layers > 0 && facts->layer[l].dead >= many_dead;
}

static bool has_saturated_units(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    size_t l = worst_layer(facts, false);
    snprintf(
        text, CHECKUP_TEXT_SIZE,
        "%.0f %% of the outputs of hidden layer %zu are at an end of the range of %s, where they "
        "hardly learn: try a lower learning rate (--lr), --standardize, or --activation relu",
        100.0 * facts->layer[l].saturated, l + 1,
        descent_activation_name((descent_activation)facts->options->activation));
    return facts->layers > 0 && facts->layer[l].saturated >= many_saturated;
}

static bool has_trained(const struct checkup_facts *facts)
{
    const struct checkup_history *history = &facts->history;
    return history->rows > EPOCHS_MIN &&
           history->steps >= fmax(STEPS_MIN, 2.0 * (double)facts->options->warmup);
}

/* The least (fmin) or the greatest (fmax) of the last n ≤ CHECKUP_RECENT. */
static double extreme(const double *recent, size_t n, double (*choose)(double, double))
{
    double found = recent[0];
    for (size_t i = 1; i < n; i++) {
        found = choose(found, recent[i]);
    }
    return found;
}

/* Whether the loss has been the same for some epochs, and no better than it would be with this
 * one. */
static bool stands_still(const struct checkup_facts *facts, double ignorant)
{
    double low = extreme(facts->history.recent_train, EPOCHS_MIN, fmin);
    double high = extreme(facts->history.recent_train, EPOCHS_MIN, fmax);
    return has_trained(facts) && high - low <= still_recently * high &&
           low >= (1.0 - still_altogether) * ignorant;
}

/* The share of the most frequent class. */
static double largest_class(const descent_dataset *dataset)
{
    size_t most = 0;
    for (size_t c = 0; c < descent_dataset_classes(dataset); c++) {
        size_t count = descent_dataset_class_counts(dataset)[c];
        most = count > most ? count : most;
    }
    return (double)most / (double)descent_dataset_count(dataset);
}

/* What is known of the answers on the larger of the sets whose accuracy is known, where chance
 * blurs less. */
struct answers {
    const descent_dataset *set; /* NULL where nothing is to be told */
    double accuracy;
    double chance; /* by always naming the most frequent class */
};

static struct answers judge_answers(const struct checkup_facts *facts)
{
    bool validated =
        facts->validation != NULL && descent_dataset_count(facts->validation) >= SAMPLES_MIN;
    struct answers answers = {validated ? facts->validation : facts->train, NAN, NAN};
    if (answers.set == NULL || descent_dataset_classes(answers.set) < 2) {
        return (struct answers){NULL, NAN, NAN};
    }
    answers.accuracy =
        validated ? facts->history.validation_accuracy : facts->history.train_accuracy;
    answers.chance = largest_class(answers.set);
    return answers;
}

static bool are_at_chance(const struct answers *answers)
{
    double chance = answers->chance;
    return answers->set != NULL &&
           answers->accuracy <= chance + 3.0 * sqrt(chance * (1.0 - chance) /
                                                    (double)descent_dataset_count(answers->set));
}

/* The last layer's biases soon find the loss of guessing, where nothing else may be learnt; but
 * where no answer is better than chance either, that says more. */
static bool does_not_move(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    struct answers answers = judge_answers(facts);
    double guessing = guessing_loss(facts);
    bool guesses = stands_still(facts, guessing) && !are_at_chance(&answers);
    char cost[64] = "";
    if (guesses) {
        snprintf(cost, sizeof cost, ", and guessing costs %.6g", guessing);
    }
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the loss does not move: %.6g untrained, %.6g after %zu epochs%s; try another "
             "learning rate (--lr, descent find-lr shows which), another --init%s, and check "
             "that the labels belong to the samples",
             facts->history.start_loss, facts->history.train_loss, facts->history.rows - 1, cost,
             guesses ? " or --activation" : "");
    return (guesses || stands_still(facts, facts->history.start_loss)) && !is_dead(facts);
}

static bool is_at_chance(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    struct answers answers = judge_answers(facts);
    if (!are_at_chance(&answers) || !has_trained(facts) ||
        stands_still(facts, facts->history.start_loss) || is_dead(facts)) {
        return false;
    }
    bool lopsided = answers.chance > 2.0 / (double)descent_dataset_classes(answers.set);
    snprintf(
        text, CHECKUP_TEXT_SIZE,
        "after %zu epochs %.2f %% of the %s samples are classified correctly; always predicting "
        "the most frequent class would reach %.2f %%: %s",
        facts->history.rows - 1, 100.0 * answers.accuracy,
        answers.set == facts->train ? "training" : "validation", 100.0 * answers.chance,
        lopsided ? "--class-weights balanced makes rare classes count; else try --lr"
                 : "do the labels belong to the samples, or were they shuffled? If they do, "
                   "try another learning rate (--lr, descent find-lr shows which)");
    return true;
}

static bool overfits(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    const struct checkup_history *history = &facts->history;
    double stays = extreme(history->recent_validation, CHECKUP_RECENT, fmin);
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the validation loss has risen to %.4g from %.4g while the training loss is %.4g: the "
             "network memorises its samples (the best weights are kept); try --patience, "
             "--dropout, --weight-decay, --augment, or a smaller --hidden",
             history->validation_loss, history->best_validation, history->train_loss);
    return has_trained(facts) && history->rows > CHECKUP_RECENT &&
           stays > risen * history->best_validation &&
           stays > history->best_validation + risen_share * history->start_loss &&
           stays > parted * history->train_loss;
}

/* Each writes its sentence, which counts if it returns true. */
static const struct {
    const char *name;
    bool (*shows)(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE]);
} checks[CHECKUP_CHECKS] = {
    {"missing-classes", misses_classes}, {"missing-validation", misses_validation},
    {"unscaled-inputs", is_unscaled},    {"initial-loss", starts_far_off},
    {"dead-units", has_dead_units},      {"saturated-units", has_saturated_units},
    {"loss-not-moving", does_not_move},  {"accuracy-at-chance", is_at_chance},
    {"overfitting", overfits},
};

size_t checkup_find(const struct checkup_facts *facts, unsigned *told,
                    struct checkup_finding findings[CHECKUP_CHECKS])
{
    size_t count = 0;
    for (size_t i = 0; i < CHECKUP_CHECKS; i++) {
        if ((*told >> i & 1u) == 0 && checks[i].shows(facts, findings[count].text)) {
            *told |= 1u << i;
            findings[count++].name = checks[i].name;
        }
    }
    return count;
}

json_t *checkup_names(unsigned told)
{
    json_t *names = json_array();
    for (size_t i = 0; i < CHECKUP_CHECKS; i++) {
        if ((told >> i & 1u) != 0) {
            json_array_append_new(names, json_string(checks[i].name));
        }
    }
    return names;
}

static void push(double recent[CHECKUP_RECENT], double value)
{
    memmove(recent + 1, recent, (CHECKUP_RECENT - 1) * sizeof *recent);
    recent[0] = value;
}

void checkup_history_add(struct checkup_history *history, const double row[METRICS_COLUMNS])
{
    bool first = history->rows++ == 0;
    double loss = row[METRICS_VALIDATION_LOSS];
    history->steps = row[METRICS_STEP];
    history->train_loss = row[METRICS_TRAIN_LOSS];
    history->train_accuracy = row[METRICS_TRAIN_ACCURACY];
    history->validation_loss = loss;
    history->validation_accuracy = row[METRICS_VALIDATION_ACCURACY];
    if (first) {
        history->start_loss = history->train_loss;
    } else if (history->start_norm == 0.0) {
        history->start_norm = row[METRICS_GRADIENT_NORM];
    }
    if (first || loss < history->best_validation) {
        history->best_validation = loss;
    }
    push(history->recent_train, history->train_loss);
    push(history->recent_validation, loss);
}
