/*
 * What a page is made of.
 */
#ifndef DESCENT_EXPORT_PAGE_H
#define DESCENT_EXPORT_PAGE_H

#include <descent/export.h>

/* page_data.c: what the page's scripts have to know of a network, as a JSON object in ASCII, freed
 * by the caller. Error: MEMORY. */
descent_status descent_page_data(char **text, const descent_predictor *predictor,
                                 const descent_export_page_config *config);

#endif
