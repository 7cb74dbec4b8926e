/*
 * The defaults as functions: what the macros are for C, whose initialisers C++17 does not know.
 */
#include <descent/fit.h>
#include <descent/loader.h>
#include <descent/model.h>

descent_source descent_source_default(void)
{
    return (descent_source)DESCENT_SOURCE_DEFAULT;
}

descent_loader_config descent_loader_default(void)
{
    return (descent_loader_config)DESCENT_LOADER_DEFAULT;
}

descent_model_config descent_model_default(void)
{
    return (descent_model_config)DESCENT_MODEL_DEFAULT;
}

descent_optimizer descent_optimizer_default(void)
{
    return (descent_optimizer)DESCENT_OPTIMIZER_DEFAULT;
}

descent_schedule descent_schedule_default(void)
{
    return (descent_schedule)DESCENT_SCHEDULE_DEFAULT;
}

descent_progress descent_progress_default(void)
{
    return (descent_progress)DESCENT_PROGRESS_DEFAULT;
}

descent_trainer_config descent_trainer_default(void)
{
    return (descent_trainer_config)DESCENT_TRAINER_DEFAULT;
}

descent_fit_config descent_fit_default(void)
{
    return (descent_fit_config)DESCENT_FIT_DEFAULT;
}
