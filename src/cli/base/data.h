/*
 * Where data sets are found.
 */
#ifndef DESCENT_CLI_DATA_H
#define DESCENT_CLI_DATA_H

/* The absolute path of the folder or CSV file of a data set that was given as a path or by name;
 * the caller frees it. A name is looked up here, then in $DESCENT_DATA, the user's data folder, the
 * project's data, and /usr/share/datasets. NULL after a line on stderr that names the places.
 */
char *cli_data_find(const char *name);

#endif
