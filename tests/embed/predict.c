#include <descent/descent.h>
#include <stdio.h>

int main(void)
{
    const char *drawing = "...##..."
                          "...##..."
                          "..##...."
                          "..##...."
                          "..####.."
                          "..##.##."
                          "..##.##."
                          "...###..";
    float pixels[64], probabilities[10];
    for (int i = 0; i < 64; i++)
        pixels[i] = drawing[i] == '#' ? 255 : 0; /* bytes, as in the training data */

    descent_predictor *digits;
    if (descent_predictor_load(&digits, "models/quickstart/model.safetensors") != DESCENT_OK)
        return fprintf(stderr, "%s\n", descent_last_error()), 1;
    int32_t digit;
    descent_predictor_run(digits, pixels, 1, probabilities, &digit);
    printf("%s, %.1f %%\n", descent_predictor_names(digits)[digit], 100 * probabilities[digit]);
    descent_predictor_destroy(digits);
}
