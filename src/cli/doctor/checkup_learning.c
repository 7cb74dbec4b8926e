/*
 * What is the matter with the learning: a loss that stands, answers that are no better than none, a
 * run that ends too early or goes on for too long.
 */
#include "cli/base/statistics.h"
#include "cli/base/text.h"
#include "cli/doctor/checkup_checks.h"

#include <math.h>
#include <stdio.h>

/* Of a loss that stands: how near to that of an ignorant network it is. */
static const double still_altogether = 0.02;

/* Before this, nothing is said about learning. */
enum { EPOCHS_MIN = 3, STEPS_MIN = 100, SAMPLES_MIN = 20, FALLING_EPOCHS_MIN = 10 };

/* A loss stands if it has been the same for so many of the planned epochs. */
enum { STANDING_PARTS = 20 };

/* How far the validation loss stays above its best: as a factor, and by a share of the untrained
 * loss; and as a factor above the training loss. Where the best one is below a share of the
 * first loss, it is good enough: the best weights are kept. */
static const double risen = 1.3, risen_share = 0.02, parted = 2.0, good = 0.4;

/* Of the first loss: what a loss that still falls has lost in the second half of the epochs, and
 * what is left of it; and the share of the epochs behind which the best one is. */
static const double falling = 0.03, left_over = 0.1, lately = 0.8;

/* The level of a judgement: the chance that a network which guesses is taken for one that does not,
 * that of three standard deviations of the normal distribution, on one side. */
static const double level = 0.00135;

/* The loss of a network that has not looked at its inputs: of naming all classes as likely, or the
 * mean targets; NaN where the loss is another one. */
static double guessing_loss(const struct checkup_facts *facts)
{
    bool named = facts->classes >= 2 && facts->options->loss == DESCENT_LOSS_CROSS_ENTROPY;
    return named ? log((double)facts->classes) : facts->ignorance;
}

double checkup_first_loss(const struct checkup_facts *facts)
{
    double guessing = guessing_loss(facts);
    return guessing > 0.0 ? guessing : facts->history.start_loss;
}

static bool has_trained(const struct checkup_facts *facts)
{
    const struct checkup_history *history = &facts->history;
    return history->rows > EPOCHS_MIN &&
           history->steps >= fmax(STEPS_MIN, 2.0 * (double)facts->options->warmup);
}

/* Whether the loss has been the same for some epochs, and no better than it would be with this
 * one. */
static bool stands_still(const struct checkup_facts *facts, double ignorant)
{
    const struct checkup_history *history = &facts->history;
    double planned = (double)facts->options->epochs / STANDING_PARTS;
    return has_trained(facts) && (double)history->still >= fmax(EPOCHS_MIN, planned) &&
           history->still_low >= (1.0 - still_altogether) * ignorant;
}

/* What is known of the answers on the larger of the sets whose accuracy is known, where chance
 * blurs less. */
struct answers {
    const descent_dataset *set; /* NULL where nothing is to be told */
    double accuracy;
    double chance; /* by always naming the most frequent class */
};

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

static struct answers judge_answers(const struct checkup_facts *facts)
{
    const struct checkup_history *history = &facts->history;
    bool validated =
        facts->validation != NULL && descent_dataset_count(facts->validation) >= SAMPLES_MIN;
    struct answers answers = {validated ? facts->validation : facts->train, NAN, NAN};
    if (answers.set == NULL || descent_dataset_classes(answers.set) < 2) {
        return (struct answers){NULL, NAN, NAN};
    }
    answers.accuracy = validated ? history->best_accuracy : history->train_accuracy;
    answers.chance = largest_class(answers.set);
    return answers;
}

/*
 * Whether so many right answers are what guessing gives, and what a network that knows half of the
 * rest does not: P(X ≥ k | n, c) > level for the share c of the most frequent class, and
 * P(X ≤ k | n, c + (1 − c) / 2) ≤ level. Of few samples neither holds, and nothing is said.
 */
static bool are_at_chance(const struct answers *answers)
{
    if (answers->set == NULL || isnan(answers->accuracy)) {
        return false;
    }
    size_t n = descent_dataset_count(answers->set);
    size_t right = (size_t)llround(answers->accuracy * (double)n);
    double half = answers->chance + (1.0 - answers->chance) / 2.0;
    return cli_binomial_tail(right, n, answers->chance) > level &&
           1.0 - cli_binomial_tail(right + 1, n, half) <= level;
}

/* The last layer's biases soon find the loss of guessing, where nothing else may be learnt; but
 * where no answer is better than chance either, that says more. */
bool checkup_does_not_move(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    struct answers answers = judge_answers(facts);
    double guessing = guessing_loss(facts);
    bool guesses = stands_still(facts, guessing) && !are_at_chance(&answers);
    char cost[64] = "";
    if (guesses) {
        snprintf(cost, sizeof cost, ", and guessing costs %.6g", guessing);
    }
    char advice[CHECKUP_TEXT_SIZE / 2];
    if (!checkup_name_cause(facts, advice, sizeof advice)) {
        snprintf(advice, sizeof advice,
                 "try another learning rate (--lr, descent find-lr shows which), another --init%s, "
                 "and check that the labels belong to the samples",
                 guesses ? " or --activation" : "");
    }
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the loss does not move: %.6g untrained, %.6g after %zu epochs%s; %s",
             facts->history.start_loss, facts->history.train_loss, facts->history.rows - 1, cost,
             advice);
    return (guesses || stands_still(facts, facts->history.start_loss)) &&
           !checkup_cannot_learn(facts);
}

/* Class weights go with one loss alone. */
static const char *balanced(const struct checkup_facts *facts)
{
    return facts->options->loss == DESCENT_LOSS_CROSS_ENTROPY
               ? "--class-weights balanced"
               : "--loss cross-entropy with --class-weights balanced";
}

/* Why answers are by chance, and the cure. */
static void advise(const struct checkup_facts *facts, const struct answers *answers, char *text,
                   size_t size)
{
    if (checkup_name_cause(facts, text, size)) {
        return;
    }
    bool lopsided = answers->chance > 2.0 / (double)descent_dataset_classes(answers->set);
    if (lopsided) {
        snprintf(text, size, "%s makes rare classes count; else try --lr", balanced(facts));
        return;
    }
    snprintf(text, size,
             "do the labels belong to the samples, or were they shuffled? If they do, try more "
             "--epochs, a larger --hidden, or another learning rate (--lr, descent find-lr shows "
             "which)");
}

bool checkup_is_at_chance(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    struct answers answers = judge_answers(facts);
    bool judged = facts->over || stands_still(facts, guessing_loss(facts));
    if (!judged || !are_at_chance(&answers) || !has_trained(facts) ||
        stands_still(facts, facts->history.start_loss) || checkup_cannot_learn(facts)) {
        return false;
    }
    char advice[CHECKUP_TEXT_SIZE / 2];
    advise(facts, &answers, advice, sizeof advice);
    snprintf(text, CHECKUP_TEXT_SIZE,
             "after %zu epochs %.2f %% of the %s samples are classified correctly; always "
             "predicting the most frequent class would reach %.2f %%: %s",
             facts->history.rows - 1, 100.0 * answers.accuracy,
             answers.set == facts->train ? "training" : "validation", 100.0 * answers.chance,
             advice);
    return true;
}

/* Below zero by the samples that were not trained on, of which there must be some. */
bool checkup_is_worse_than_mean(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    enum { FEW = 10 };
    double held = facts->history.best_r2, r2;
    bool validated =
        held < 0.0 && facts->validation != NULL && descent_dataset_count(facts->validation) >= FEW;
    bool tested = facts->test_r2 < 0.0 && facts->test_samples >= FEW;
    r2 = validated ? held : facts->test_r2;
    char number[TEXT_SIZE];
    snprintf(text, CHECKUP_TEXT_SIZE,
             "R2 is %s on the %s samples: worse than always predicting the mean; %s",
             text_r2(number, r2), validated ? "validation" : "test",
             facts->options->standardize == DESCENT_STANDARDIZE_NONE
                 ? "--standardize feature scales the inputs, else try a lower --lr"
                 : "try a lower --lr, a smaller --hidden or more samples, and look for outliers "
                   "(descent inspect)");
    return facts->over && (validated || tested) && !checkup_cannot_learn(facts);
}

/* The trail's loss in the middle of the epochs. */
static double halfway(const struct checkup_history *history)
{
    size_t i = (history->rows - 1) / 2 / history->trail.stride;
    return history->trail.loss[i < history->trail.count ? i : history->trail.count - 1];
}

/* The loss that a run is judged by. */
static double last_loss(const struct checkup_history *history)
{
    return isnan(history->validation_loss) ? history->train_loss : history->validation_loss;
}

static bool still_falls(const struct checkup_facts *facts)
{
    const struct checkup_history *history = &facts->history;
    if (!facts->over || history->rows <= FALLING_EPOCHS_MIN || checkup_cannot_learn(facts)) {
        return false;
    }
    double first = checkup_first_loss(facts), now = last_loss(history);
    return halfway(history) - now >= falling * first && now >= left_over * first &&
           (double)history->best_row >= lately * (double)(history->rows - 1);
}

bool checkup_misses_answers(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    const struct checkup_answers *missed = &facts->answers;
    double mean = facts->train == NULL || facts->classes == 0
                      ? 0.0
                      : (double)descent_dataset_count(facts->train) / (double)facts->classes;
    bool rare = (double)missed->fewest < 0.5 * mean;
    char few[128];
    snprintf(few, sizeof few, "of %s there are %zu training samples; add some, or try %s",
             missed->missed == 1 ? "it" : "the rarest", missed->fewest, balanced(facts));
    struct answers answers = judge_answers(facts);
    snprintf(text, CHECKUP_TEXT_SIZE, "%s %s hardly ever predicted correctly: %s", missed->names,
             missed->missed == 1 ? "is" : "are",
             rare ? few
                  : "try more --epochs or a larger --hidden, and check the labels of such samples");
    return facts->over && missed->missed > 0 && !are_at_chance(&answers) &&
           !checkup_cannot_learn(facts) && !still_falls(facts) &&
           !stands_still(facts, guessing_loss(facts));
}

/* Three times the epochs, rounded up to one digit behind the first. */
static double more_epochs(double epochs)
{
    double unit = pow(10.0, fmax(0.0, floor(log10(3.0 * epochs)) - 1.0));
    return ceil(3.0 * epochs / unit) * unit;
}

bool checkup_still_falls(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    const struct checkup_history *history = &facts->history;
    if (!still_falls(facts)) {
        return false;
    }
    size_t epochs = history->rows - 1;
    char cause[CHECKUP_TEXT_SIZE / 2], cure[64];
    bool known = checkup_name_cause(facts, cause, sizeof cause);
    double budget = facts->options->budget;
    snprintf(cure, sizeof cure, budget > 0.0 ? "--budget %.4g" : "--epochs %.0f",
             budget > 0.0 ? 3.0 * budget : more_epochs((double)epochs));
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the %s loss was still falling when the run ended: %.4g after %zu epochs, %.4g after "
             "%zu; try %s%s%s",
             isnan(history->validation_loss) ? "training" : "validation", halfway(history),
             epochs / 2, last_loss(history), epochs, cure, known ? ". What slows it: " : "",
             known ? cause : "");
    return true;
}

bool checkup_overfits(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    const struct checkup_history *history = &facts->history;
    double stays = history->recent_validation[0];
    for (size_t i = 1; i < CHECKUP_RECENT; i++) {
        stays = fmin(stays, history->recent_validation[i]);
    }
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the validation loss has risen to %.4g from %.4g while the training loss is %.4g: the "
             "network memorises its samples (the best weights are kept); try --patience, "
             "--dropout, --weight-decay, %sor a smaller --hidden",
             history->validation_loss, history->best_validation, history->train_loss,
             facts->train != NULL && descent_dataset_shape(facts->train)->rank == 1
                 ? ""
                 : "--augment, ");
    return has_trained(facts) && history->rows > CHECKUP_RECENT &&
           stays > risen * history->best_validation &&
           stays > history->best_validation + risen_share * history->start_loss &&
           stays > parted * history->train_loss &&
           history->best_validation > good * checkup_first_loss(facts);
}
