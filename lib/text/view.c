/* view.c - views of texts. */
#include "view.h"

#include "ascii.h"

ehlo_text ehlo__view(const char *text)
{
    return (ehlo_text){text, text ? ehlo__text_size(text) : 0};
}

ehlo_text ehlo__first_word(ehlo_text *text)
{
    ehlo_text word = {text->data, 0};
    size_t skip;

    while (word.size < text->size && word.data[word.size] != ' ')
        word.size++;
    skip = word.size + (word.size < text->size);
    *text = (ehlo_text){skip ? text->data + skip : text->data, text->size - skip};
    return word;
}
