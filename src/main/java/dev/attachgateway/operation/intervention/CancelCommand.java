package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.RequestContext;
import dev.attachgateway.operation.model.OperationPath;

/** A valid request to cancel an operation. */
public record CancelCommand(RequestContext context, OperationPath path) {}
