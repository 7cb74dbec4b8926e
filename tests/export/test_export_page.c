/*
 * Exporting as a page, as a caller sees it. What the page does, tests/cli/test_export_page.py says.
 */
#include "allocations.h"
#include "harness.h"

#include <math.h>
#include <string.h>

static const descent_metadata metadata[] = {
    {"class_names", "[\"</script>\",\"\\u2028\"]"},
    {"preparation", "{\"standardize\":\"set\",\"mean\":[0.5],\"deviation\":[0.25]}"},
};

static const descent_metadata regression[] = {
    {"task", "regression"},
    {"loss", "mse"},
    {"preparation", "{\"standardize\":\"none\",\"target_mean\":[1,2],\"target_deviation\":[3,4]}"},
};

static descent_predictor *make(float weight, const descent_metadata *entries, size_t count)
{
    descent_model_config config = DESCENT_MODEL_DEFAULT;
    config.layers = 2;
    config.sizes[0] = 6, config.sizes[1] = 5, config.sizes[2] = 2;
    descent_model *model;
    descent_predictor *predictor;
    unsigned char *bytes;
    size_t size;
    ck_assert_ok(descent_model_create(&model, &config));
    descent_model_parameters(model)[0] = weight;
    ck_assert_ok(descent_model_encode(&bytes, &size, model, entries, count));
    ck_assert_ok(descent_predictor_decode(&predictor, bytes, size));
    free(bytes);
    descent_model_destroy(model);
    return predictor;
}

static descent_predictor *make_predictor(float weight)
{
    return make(weight, metadata, TEST_COUNT(metadata));
}

static const descent_export_fact facts[] = {{"Trained <on>", "data </script>"}};

static const descent_export_page_config config = {.title = "\"A\" & <b>'",
                                                  .height = 2,
                                                  .width = 3,
                                                  .channels = 1,
                                                  .as_mnist = true,
                                                  .white = 1.0,
                                                  .facts = facts,
                                                  .fact_count = 1};

static char *export_page(const descent_export_page_config *asked)
{
    descent_predictor *predictor = make_predictor(1.0f);
    char *html;
    ck_assert_ok(descent_export_page(&html, predictor, asked));
    descent_predictor_destroy(predictor);
    return html;
}

START_TEST(texts_are_escaped)
{
    char *html = export_page(&config);
    ck_assert_ptr_nonnull(strstr(html, "<h1>&#34;A&#34; &#38; &#60;b&#62;&#39;</h1>"));
    ck_assert_ptr_nonnull(strstr(html, "[\"\\u003c/script>\",\"\\u2028\"]"));
    ck_assert_ptr_nonnull(strstr(html, "[[\"Trained \\u003con>\",\"data \\u003c/script>\"]]"));
    ck_assert_ptr_null(strstr(html, "{{"));
    free(html);
}
END_TEST

/* Each kind of input has the scripts that it needs. */
START_TEST(a_page_has_what_its_network_needs)
{
    static const struct {
        const char *name;
        bool in[3]; /* of pictures that are cropped, or resized; of rows */
    } scripts[] = {{"numbers.js", {true, true, true}},
                   {"draw.js", {true, true, false}},
                   {"picture.js", {true, false, false}},
                   {"resize.js", {false, true, false}},
                   {"form.js", {false, false, true}}};
    descent_export_page_config asked = config;
    asked.as_mnist = _i == 0;
    asked.height = _i == 2 ? 0 : 2;
    char *html = export_page(&asked);
    for (size_t i = 0; i < TEST_COUNT(scripts); i++) {
        ck_assert_msg((strstr(html, scripts[i].name) != NULL) == scripts[i].in[_i], "%s",
                      scripts[i].name);
    }
    free(html);
}
END_TEST

/* Activations of a hidden layer are no numbers in the targets' units. */
START_TEST(a_network_may_end_at_a_hidden_layer)
{
    descent_predictor *predictor = make(1.0f, regression, TEST_COUNT(regression));
    char *html;
    ck_assert_ok(descent_export_page(&html, predictor, &config));
    ck_assert_ptr_nonnull(strstr(html, "\"target_mean\":[1.0,2.0]"));
    free(html);
    ck_assert_ok(descent_predictor_stop_at(predictor, 1));
    ck_assert_ok(descent_export_page(&html, predictor, &config));
    ck_assert_ptr_nonnull(strstr(html, "\"unit 5\""));
    ck_assert_ptr_nonnull(strstr(html, "\"layers\":[6,5]"));
    ck_assert_ptr_null(strstr(html, "\"target_mean\""));
    free(html);
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(what_cannot_be_shown_is_refused)
{
    const float weights[] = {NAN, INFINITY, -INFINITY};
    char *html;
    descent_predictor *predictor = make_predictor(weights[_i]);
    ck_assert_int_eq(descent_export_page(&html, predictor, &config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "parameter 1"));
    ck_assert_ptr_null(html);
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(wrong_calls_are_refused)
{
    descent_export_page_config asked[] = {config, config, config, config};
    asked[0].title = NULL;
    asked[1].facts = NULL;
    asked[2].width = 4;
    asked[3].channels = 2;
    char *html;
    descent_predictor *predictor = make_predictor(1.0f);
    for (size_t i = 0; i < TEST_COUNT(asked); i++) {
        ck_assert_int_eq(descent_export_page(&html, predictor, &asked[i]), DESCENT_ERROR_INVALID);
        ck_assert_ptr_null(html);
    }
    ck_assert_int_eq(descent_export_page(NULL, predictor, &config), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_export_page(&html, NULL, &config), DESCENT_ERROR_INVALID);
    ck_assert_int_eq(descent_export_page(&html, predictor, NULL), DESCENT_ERROR_INVALID);
    descent_predictor_destroy(predictor);
}
END_TEST

START_TEST(memory_may_be_out_at_any_time)
{
    descent_predictor *predictor = make_predictor(1.0f);
    descent_status status = allocations_counted() ? DESCENT_ERROR_MEMORY : DESCENT_OK;
    for (size_t n = 1; status != DESCENT_OK; n++) {
        char *html;
        allocations_fail_at(n);
        status = descent_export_page(&html, predictor, &config);
        allocations_fail_at(0);
        ck_assert(status == DESCENT_OK || status == DESCENT_ERROR_MEMORY);
        ck_assert_int_eq(html != NULL, status == DESCENT_OK);
        free(html);
    }
    descent_predictor_destroy(predictor);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(texts_are_escaped),
        TEST_LOOP(a_page_has_what_its_network_needs, 3),
        TEST_CASE(a_network_may_end_at_a_hidden_layer),
        TEST_LOOP(what_cannot_be_shown_is_refused, 3),
        TEST_CASE(wrong_calls_are_refused),
        TEST_CASE(memory_may_be_out_at_any_time),
    };
    return run_tests("export_page", cases, TEST_COUNT(cases));
}
