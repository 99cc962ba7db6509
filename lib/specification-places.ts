import type { ClassifierSpecification, SingleSpecification } from "../core/classification/classifier-specification.ts";

export type Place = readonly (string | number)[];

/** Every single model that is written down in a specification, with the place where it stands. */
export function specificationPlaces(specification: ClassifierSpecification, place: Place = []): { place: Place; specification: SingleSpecification }[] {
  if (specification.kind === "fallback") return specification.links.map((link, index) => ({ place: [...place, "links", index], specification: link }));
  if (specification.kind !== "cascade") return [{ place, specification }];
  return [
    ...specification.stages.map(({ classifier }, index) => ({ place: [...place, "stages", index, "classifier"], specification: classifier })),
    ...specificationPlaces(specification.last, [...place, "last"]),
  ];
}
