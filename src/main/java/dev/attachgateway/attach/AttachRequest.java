package dev.attachgateway.attach;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.attachgateway.disk.CloudIds;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of an attach (ModelArts API reference, AttachDevServerVolume). */
@Schema(name = "AttachRequest", requiredProperties = "volume_id")
record AttachRequest(
        @Nullable
        @JsonProperty("volume_id")
        @Schema(
                description = "The id of the EVS disk. Upper-case digits are converted to lower case.",
                pattern = CloudIds.UUID_ANY_CASE_REGEX,
                examples = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0")
        String volumeId) {}
