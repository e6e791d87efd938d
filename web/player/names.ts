/** Categories of the sample are numbers without a meaning. */
export const categoryName = (category: string): string => (/^\d+$/.test(category) ? `category ${category}` : category)

export const creatorName = (creatorId: string): string => (/^\d+$/.test(creatorId) ? `creator ${creatorId}` : creatorId)

export const personName = (userid: string): string => (/^\d+$/.test(userid) ? `Person ${userid}` : userid)
