package dev.attachgateway.operation;

/** What follows from a look at server and disk while the outcome of a request is unknown. */
sealed interface Course {

    /**
     * Something to tell.
     *
     * @param seen whether the look saw something going on with the disk
     */
    record Move(State to, boolean seen) implements Course {}

    /**
     * The streak goes on or is broken; nobody but the next look needs to know.
     *
     * @param quietReads how many looks in a row have seen no trace of the request
     */
    record Note(int quietReads) implements Course {}

    /** Nothing to write down. */
    record Nothing() implements Course {}
}
